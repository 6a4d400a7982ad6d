// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/facts.hpp>

#include <functional>
#include <string>
#include <vector>

namespace annals::facts {

namespace detail {

/// Brings a stored form up to today's version; reads one of today, and gives back what was read.
struct reading_steps {
    std::function<eventstore::json(eventstore::json stored)> upcast;   ///< empty: it is of today
    std::function<eventstore::json(const eventstore::json& today)> read;
};

auto untaken_members(const eventstore::json& stored, const reading_steps&) -> std::vector<std::string>;

}  // namespace detail

/// The members of a stored event that no field of its struct takes, such as `colour`, `address.town` or
/// `lines[].price`, each once. A member that an upcaster reads or erases is taken; so is one that is null. Throws as
/// `decode_stored`.
template <fact Event>
auto untaken_members(const eventstore::recorded_event& at) -> std::vector<std::string>
{
    const auto name = std::string(type_of<Event>());
    detail::reading_steps steps;
    if (at.schema_version < schema_version_of<Event>())
        steps.upcast = [&](eventstore::json stored) {
            detail::upcast_from<Event>(at.schema_version, stored, name);
            return stored;
        };
    steps.read = [&](const eventstore::json& today) {
        return encode(decode<Event>(eventstore::to_text(today, name), name));
    };
    return detail::untaken_members(parsed_text(at.data, name).value().to_json(), steps);
}

}  // namespace annals::facts
