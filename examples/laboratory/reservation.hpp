// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>
#include <examples/laboratory/service_facts.hpp>

#include <string>
#include <variant>

namespace laboratory {

struct reserve_location {
    std::string sample_id, temperature_requirement;
};
struct release_location {
    std::string sample_id;
};
ANNALS_FIELDS(reserve_location, sample_id, temperature_requirement)
ANNALS_FIELDS(release_location, sample_id)

/// A sample's place in the freezer; its key is the sample's. What is released stays so: a saga may release what it does
/// not know to be reserved, and the reservation may come after that.
struct reservation {
    static constexpr auto category = "storage";
    using event = std::variant<location_reserved, location_released>;
    using decision = annals::commands::decision<event>;

    auto decide(const reserve_location& command) const -> decision
    {
        if (now == stage::released) return annals::commands::refuse("this reservation was given up");
        if (now == stage::reserved) return {};
        if (command.temperature_requirement == "-196")
            return annals::commands::refuse("there is no place at -196 degrees");
        return location_reserved{"freezer " + command.temperature_requirement, command.sample_id};
    }
    auto decide(const release_location& command) const -> decision
    {
        if (now == stage::released) return {};
        return location_released{location, command.sample_id};
    }
    void evolve(const location_reserved& fact) { now = stage::reserved, location = fact.location; }
    void evolve(const location_released&) { now = stage::released; }

    enum class stage { none, reserved, released } now = stage::none;
    std::string location;
};

}  // namespace laboratory
