// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/given.hpp>
#include <annals/eventstore/event.hpp>
#include <annals/facts/event_type.hpp>

#include <chrono>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What happened before a test, on which streams and when.
namespace annals::testing {

/// What one stream got at one time.
struct past {
    eventstore::stream_id stream;
    std::vector<eventstore::new_event> events;
    std::optional<eventstore::timestamp> recorded_at = {};

    /// All of it was recorded at this time.
    template <class Duration>
    auto at(std::chrono::sys_time<Duration> time) && -> past&&
    {
        recorded_at = std::chrono::floor<std::chrono::microseconds>(time);
        return std::move(*this);
    }
};

namespace detail {

inline auto as_event(eventstore::new_event made) -> eventstore::new_event { return made; }
template <facts::fact Fact>
auto as_event(const Fact& fact) -> eventstore::new_event
{
    return facts::to_new_event(fact);
}

/// The events of several pasts as a log has them: in the order given, with versions and positions from 1, and a second
/// after each other where no time is given.
class history {
public:
    /// `usual`: the stream of facts that are not said to be on another.
    explicit history(eventstore::stream_id usual) : usual_(std::move(usual)) {}

    void add(const past& one)
    {
        auto time = one.recorded_at;
        for (const auto& event : one.events) add(one.stream, event, time);
    }
    void add(const auto& fact) { add(usual_, as_event(fact), {}); }

    auto events() && -> std::vector<eventstore::recorded_event> { return std::move(events_); }
    /// Those since the last call.
    auto take_new() -> std::vector<eventstore::recorded_event> { return std::exchange(events_, {}); }

private:
    void add(const eventstore::stream_id& stream, eventstore::new_event made, std::optional<eventstore::timestamp> time)
    {
        auto event = eventstore::as_recorded(std::move(made), stream, {++versions_[stream]});
        event.position.number = ++positions_[stream.category];
        last_ = event.recorded_at = time.value_or(last_ + std::chrono::seconds{1});
        events_.push_back(std::move(event));
    }

    eventstore::stream_id usual_;
    std::vector<eventstore::recorded_event> events_;
    std::map<eventstore::stream_id, std::int64_t> versions_;
    std::map<std::string, std::int64_t> positions_;
    eventstore::timestamp last_;
};

}  // namespace detail

/// What the stream of this aggregate and key got: its facts, former events, or a `new_event` as another program
/// stored it.
template <class Aggregate, class... Facts>
auto on(std::string key, const Facts&... facts) -> past
{
    if constexpr ((commands::detail::has_seen<Aggregate, Facts>() & ... & true))
        return {{std::string(Aggregate::category), std::move(key)}, {detail::as_event(facts)...}};
    else std::terminate();
}

/// The same for a category that no aggregate of the program has: `on({"hospital", "A"}, new_event{…})`.
template <class... Facts>
auto on(eventstore::stream_id stream, const Facts&... facts) -> past
{
    return {std::move(stream), {detail::as_event(facts)...}};
}

}  // namespace annals::testing
