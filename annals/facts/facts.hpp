// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/facts/decode.hpp>
#include <annals/facts/fact_checks.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

/// From stored events to facts: what every reader in C++ goes through.
namespace annals::facts {

/// A fact from its stored form, brought up to today's schema version.
/// Throws `undecodable` when a field does not fit and `mismatch` when it was written by a newer program.
template <fact Fact>
auto decode_stored(std::string_view data, int schema_version) -> Fact
{
    const auto name = std::string(type_of<Fact>());
    if (schema_version > schema_version_of<Fact>())
        throw eventstore::mismatch(name + " is stored in schema version " + std::to_string(schema_version)
                                   + ", this program knows up to " + std::to_string(schema_version_of<Fact>())
                                   + ": run a newer one");
    if (schema_version == schema_version_of<Fact>()) return decode<Fact>(data, name);
    auto stored = parsed_text(data, name).value().to_json();
    detail::upcast_from<Fact>(schema_version, stored, name);
    return decode<Fact>(eventstore::to_text(stored, name), name);
}

namespace detail {

template <class Event>
auto decode_at(const eventstore::recorded_event& at) -> Event
{
    try {
        return decode_stored<Event>(at.data, at.schema_version);
    } catch (const eventstore::mismatch& problem) {
        throw eventstore::mismatch(to_string(at.stream) + " version " + std::to_string(at.version.number) + ": "
                                   + problem.what());
    }
}

template <class Event>
auto upcast_at(const Event& was, const eventstore::recorded_event& at) -> outcome_of<Event>
{
    try {
        return upcast(was);
    } catch (const std::exception& problem) {
        throw eventstore::mismatch(to_string(at.stream) + " version " + std::to_string(at.version.number) + ": "
                                   + std::string(type_of<Event>()) + ": its upcast failed: " + problem.what());
    }
}

template <class T, class Take> void for_each_within(T&& one, Take& take) { take(std::forward<T>(one)); }

template <class T, class Take>
    requires(is_list<T> || is_optional<T>)
void for_each_within(T&& several, Take& take)
{
    if constexpr (is_list<T>)
        for (auto& one : several) for_each_within(std::move(one), take);
    else if (several) for_each_within(*std::move(several), take);
}

template <class... Ts, class Take>
void for_each_within(std::variant<Ts...>&& one_of, Take& take)
{
    std::visit([&]<class T>(T&& one) { for_each_within(std::forward<T>(one), take); }, std::move(one_of));
}

template <class... Ts, class Take>
void for_each_within(std::tuple<Ts...>&& several, Take& take)
{
    std::apply([&](auto&... one) { (for_each_within(std::move(one), take), ...); }, several);
}

/// Passes on today's facts of an event, those that the variant lists.
template <class Variant, class Event, class Take>
void take_as_today(Event one, const eventstore::recorded_event& at, Take& take)
{
    if constexpr (became_others<Event>) {
        auto each = [&]<class Fact>(Fact fact) { take_as_today<Variant>(std::move(fact), at, take); };
        for_each_within(upcast_at(one, at), each);
    } else if constexpr (mp11::mp_contains<Variant, Event>::value) {
        take(std::move(one));
    }
}

}  // namespace detail

/// Calls `take(fact)` for each fact that a stored event is today and that the variant lists, in order: none, one, or
/// several that share the event's id, position and version. Brings old names, old versions and former events up to
/// date (see `upcasting.hpp`). Returns whether the variant knows the event's type; other events are skipped. Throws
/// `mismatch`, naming stream and version, when the event cannot be read.
template <class Variant, class Take>
auto for_each_fact(const eventstore::recorded_event& event, Take take) -> bool
{
    if constexpr (detail::is_readable<Variant>()) {
        const auto attempt = [&]<class Event>(std::type_identity<Event>) {
            if (!detail::has_name<Event>(event.type)) return false;
            detail::take_as_today<Variant>(detail::decode_at<Event>(event), event, take);
            return true;
        };
        return [&]<class... Events>(former_events<Events...>) {
            return (attempt(std::type_identity<Events>{}) || ...);
        }(detail::sources_of<Variant>{});
    } else {
        return false;
    }
}

}  // namespace annals::facts
