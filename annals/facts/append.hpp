// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/expected_version.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/facts/event_type.hpp>

#include <concepts>
#include <exception>
#include <utility>
#include <variant>
#include <vector>

namespace annals::facts {

namespace detail {

template <class T> inline constexpr bool may_be_appended = fact<T>;
template <class... Ts> inline constexpr bool may_be_appended<std::variant<Ts...>> =
    (true && ... && may_be_appended<Ts>);
template <class T> inline constexpr bool may_be_appended<std::vector<T>> = may_be_appended<T>;

template <class T>
consteval auto is_appended() -> bool
{
    static_assert(may_be_appended<T>, "annals: append takes facts, one of several (std::variant), or a list of them "
                                      "(std::vector): write ANNALS_EVENT below the struct");
    return may_be_appended<T>;
}

template <class T>
void add_to(std::vector<eventstore::new_event>& events, const T& one)
{
    events.push_back(to_new_event(one));
}
template <class T>
void add_to(std::vector<eventstore::new_event>& events, const std::vector<T>& several)
{
    for (const auto& one : several) add_to(events, one);
}

/// Throws `invalid_request` when there is no event.
auto append_events(eventstore::store&, eventstore::stream_id, eventstore::expected_version,
                   const eventstore::metadata& origin, std::vector<eventstore::new_event>) -> eventstore::append_result;

}  // namespace detail

/// Appends facts to one stream and waits: all of them or none. A rejection is a value. Without a decision: for facts
/// that come from elsewhere. `exactly`, `no_stream` and `any_version` say what the stream must look like.
///
///     const auto done = append(store, {"sample", "S-1"}, exactly(2), sample_archived{});
///     if (!done) std::cerr << to_string(done.error());
///
/// A fact, a variant of facts, or a vector of either; several are stored in the order given. Throws as `store::append`
/// and `to_new_event` do, and `invalid_request` when there is no fact. As thread-safe as the store. Each call is an
/// append of its own: to send one again, keep its events and use the store.
template <class... Facts>
    requires(sizeof...(Facts) > 0)
[[nodiscard]] auto append(eventstore::store& store, eventstore::stream_id stream, eventstore::expected_version expected,
                          const eventstore::metadata& origin, const Facts&... facts) -> eventstore::append_result
{
    if constexpr ((true & ... & detail::is_appended<Facts>())) {
        std::vector<eventstore::new_event> events;
        (detail::add_to(events, facts), ...);
        return detail::append_events(store, std::move(stream), expected, origin, std::move(events));
    } else {
        std::terminate();
    }
}

/// The same without metadata.
template <class First, class... Rest>
    requires(!std::same_as<First, eventstore::metadata>)
[[nodiscard]] auto append(eventstore::store& store, eventstore::stream_id stream, eventstore::expected_version expected,
                          const First& first, const Rest&... rest) -> eventstore::append_result
{
    return append(store, std::move(stream), expected, eventstore::metadata{}, first, rest...);
}

}  // namespace annals::facts
