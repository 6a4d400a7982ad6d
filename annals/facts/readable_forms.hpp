// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/untaken_members.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace annals::facts {

/// One stored type that some facts are read from.
struct readable_form {
    std::string type;
    std::vector<std::string> former_names;
    int schema_version = 1;                  ///< today's; older ones are brought up to it
    bool former = false;                     ///< an event that became others; no longer recorded

    /// Reads an event of this type as every reader does. Throws `mismatch`, naming stream and version, when it
    /// cannot.
    void (*read)(const eventstore::recorded_event&) = nullptr;
    /// The members of an event of this type that no field takes (`untaken_members.hpp`).
    auto (*untaken)(const eventstore::recorded_event&) -> std::vector<std::string> = nullptr;
};

namespace detail {

template <class Event>
void read_and_forget(const eventstore::recorded_event& event)
{
    auto forget = [](const auto&) {};
    take_as_today<std::variant<>>(decode_at<Event>(event), event, forget);
}

template <class Event>
auto form_of() -> readable_form
{
    constexpr auto former_names = former_names_of<Event>();
    return {.type = std::string(type_of<Event>()),
            .former_names = {former_names.begin(), former_names.end()},
            .schema_version = schema_version_of<Event>(),
            .former = became_others<Event>,
            .read = &read_and_forget<Event>,
            .untaken = &facts::untaken_members<Event>};
}

}  // namespace detail

/// All stored types that a variant's facts are read from: the facts themselves, in order, and the former events they
/// replace.
template <class Variant>
auto readable_forms() -> std::vector<readable_form>
{
    if constexpr (detail::is_readable<Variant>())
        return []<class... Events>(former_events<Events...>) {
            return std::vector<readable_form>{detail::form_of<Events>()...};
        }(detail::sources_of<Variant>{});
    else return {};
}

/// Whether a variant's facts are read from events of this type.
template <class Variant>
auto are_read_from(std::string_view type) -> bool
{
    return [&]<class... Events>(former_events<Events...>) {
        return (detail::has_name<Events>(type) || ...);
    }(detail::sources_of<Variant>{});
}

}  // namespace annals::facts
