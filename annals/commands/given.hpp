// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/evolve_past.hpp>
#include <annals/commands/outcome.hpp>
#include <annals/facts/facts.hpp>

#include <chrono>
#include <concepts>
#include <exception>
#include <string>
#include <utility>

/// Tests of an aggregate without a store: `given<sample>(past…).when(command).then(facts…)`.
namespace annals::commands {

/// A past fact, or a `new_event`, and when it was recorded.
template <class Past>
struct recorded_then {
    eventstore::timestamp at;
    Past past;
};

template <class Past>
auto recorded(eventstore::timestamp at, Past past) -> recorded_then<Past>
{
    return {at, std::move(past)};
}

/// An aggregate with a past.
template <class Aggregate>
class scenario {
public:
    /// What happens to it before the command.
    void take(eventstore::new_event past, eventstore::timestamp at)
    {
        auto event =
            eventstore::as_recorded(std::move(past), {std::string(Aggregate::category), "given"}, {++version_});
        event.recorded_at = last_ = at;
        evolve_past(state_, event);
    }
    template <facts::fact Fact>
    void take(const Fact& past, eventstore::timestamp at)
    {
        take(facts::to_new_event(past), at);
    }
    template <class Past>
    void take(const Past& past)
    {
        take(past, next_time());
    }
    template <class Past>
    void take(const recorded_then<Past>& past)
    {
        take(past.past, past.at);
    }

    /// The command comes a second after the last fact.
    template <class Command>
    auto when(const Command& command) const -> outcome
    {
        return when(command, {.now = next_time()});
    }
    template <class Command>
    auto when(const Command& command, const context& at) const -> outcome
    {
        if constexpr (detail::decides<Aggregate, Command>())
            return outcome{stored(detail::decide(state_, command, at))};
        else std::terminate();
    }

private:
    auto next_time() const -> eventstore::timestamp { return last_ + std::chrono::seconds{1}; }

    Aggregate state_{};
    std::int64_t version_ = 0;
    eventstore::timestamp last_{};
};

namespace detail {

template <class Past> inline constexpr bool is_recorded_then = false;
template <class Past> inline constexpr bool is_recorded_then<recorded_then<Past>> = true;

template <class Aggregate, class Past>
consteval auto has_seen() -> bool
{
    if constexpr (!is_aggregate<Aggregate>()) return false;
    else if constexpr (is_recorded_then<Past>) return has_seen<Aggregate, decltype(Past::past)>();
    else if constexpr (std::same_as<Past, eventstore::new_event>) return true;
    else if constexpr (facts::detail::may_be_stored<Past, typename Aggregate::event>) return true;
    else return records<Aggregate, Past>();
}

}  // namespace detail

/// The past: facts that the aggregate has seen, former events, or a `new_event` as another program stored it; throws
/// `mismatch` where `handle` would. Each is recorded a second after the one before it, from 1970 on, unless the test
/// says when: `recorded(noon, bike_rented{})`. For types that have a category or decide, not for read models.
template <class Aggregate, class... Past>
    requires(
        requires { Aggregate::category; } || requires { typename Aggregate::decision; })
auto given(const Past&... past) -> scenario<Aggregate>
{
    scenario<Aggregate> result;
    if constexpr ((detail::is_aggregate<Aggregate>() & ... & detail::has_seen<Aggregate, Past>()))
        (result.take(past), ...);
    return result;
}

}  // namespace annals::commands
