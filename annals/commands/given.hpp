// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/decision.hpp>
#include <annals/commands/ignored_types.hpp>
#include <annals/facts/facts.hpp>

#include <concepts>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Tests of an aggregate without a store: `given<sample>(past…).when(command).then(facts…)`.
namespace annals::commands {

/// A command had another result than the test says; the message shows both, facts as JSON.
class unexpected_outcome : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// The result of a command. Each `then` throws `unexpected_outcome` when it differs.
class outcome {
public:
    explicit outcome(stored_decision decided) : decided_(std::move(decided)) {}

    /// Exactly these facts, in this order.
    template <facts::fact... Facts>
        requires(sizeof...(Facts) > 0)
    auto then(const Facts&... facts) const -> const outcome&
    {
        return then_events({facts::to_new_event(facts)...});
    }

    auto then_nothing() const -> const outcome&;
    auto then_refused(std::string_view reason) const -> const outcome&;

    /// This claim must be among those of the decision.
    template <class Claimed>
    auto then_claims(const std::string& key) const -> const outcome&
    {
        return then_claims_stream({std::string(Claimed::category), key});
    }

private:
    auto then_events(const std::vector<eventstore::new_event>&) const -> const outcome&;
    auto then_claims_stream(const eventstore::stream_id&) const -> const outcome&;
    auto describe() const -> std::string;

    stored_decision decided_;
};

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
