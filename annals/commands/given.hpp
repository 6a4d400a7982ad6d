// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/decision.hpp>
#include <annals/commands/ignored_types.hpp>
#include <annals/commands/outcome.hpp>
#include <annals/facts/facts.hpp>

#include <concepts>
#include <exception>
#include <string>
#include <utility>

/// Tests of an aggregate without a store: `given<sample>(past…).when(command).then(facts…)`.
namespace annals::commands {

/// An aggregate with a past.
template <class Aggregate>
class scenario {
public:
    explicit scenario(Aggregate state) : state_(std::move(state)) {}

    template <class Command>
    auto when(const Command& command) const -> outcome
    {
        if constexpr (detail::decides<Aggregate, Command>())
            return outcome{stored(decision<typename Aggregate::event>(state_.decide(command)))};
        else std::terminate();
    }

private:
    Aggregate state_;
};

namespace detail {

template <class Aggregate, class Past>
consteval auto has_seen() -> bool
{
    if constexpr (!is_aggregate<Aggregate>()) return false;
    else if constexpr (std::same_as<Past, eventstore::new_event>) return true;
    else if constexpr (facts::detail::may_be_stored<Past, typename Aggregate::event>) return true;
    else return records<Aggregate, Past>();
}

template <class Aggregate>
void evolve_from(const eventstore::new_event& past, Aggregate& state)
{
    const auto event = eventstore::as_recorded(past, {std::string(Aggregate::category), "given"}, {1});
    evolve_past(state, event);
}

template <class Aggregate, facts::fact Fact>
void evolve_from(const Fact& past, Aggregate& state)
{
    evolve_from(facts::to_new_event(past), state);
}

}  // namespace detail

/// The past: facts that the aggregate has seen, former events, or a `new_event` as another program stored it; throws
/// `mismatch` where `handle` would. For types that have a category or decide, not for read models.
template <class Aggregate, class... Past>
    requires(
        requires { Aggregate::category; } || requires { typename Aggregate::decision; })
auto given(const Past&... past) -> scenario<Aggregate>
{
    Aggregate state{};
    if constexpr ((detail::is_aggregate<Aggregate>() & ... & detail::has_seen<Aggregate, Past>()))
        (detail::evolve_from(past, state), ...);
    return scenario<Aggregate>(std::move(state));
}

}  // namespace annals::commands
