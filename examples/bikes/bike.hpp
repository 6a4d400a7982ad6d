// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "frame.hpp"

#include <chrono>
#include <optional>

namespace shop {

// clang-format off
struct register_bike { std::string frame, name; };
struct rename_bike   { std::string name; };
struct rent_bike     { std::string customer; };
struct return_bike   { std::string customer; };
struct repair_bike   { std::string part; };
struct retire_bike   {};
ANNALS_FIELDS(register_bike, frame, name)
ANNALS_FIELDS(rename_bike,   name)
ANNALS_FIELDS(rent_bike,     customer)
ANNALS_FIELDS(return_bike,   customer)
ANNALS_FIELDS(repair_bike,   part)
ANNALS_FIELDS(retire_bike)
// clang-format on

/// What may happen to a bike.
struct bike {
    static constexpr auto category = "bike";
    using event = std::variant<bike_registered, bike_renamed, bike_rented, bike_returned, bike_repaired, bike_retired>;
    using decision = commands::decision<event>;

    auto decide(const register_bike& command) const -> decision
    {
        if (now != stage::unknown) return commands::refuse("this bike is registered already");
        return decision{bike_registered{command.frame, command.name}}.claiming<frame>(
            command.frame, frame_taken{}, commands::refuse("this frame number is on another bike"));
    }
    auto decide(const rename_bike& command) const -> decision
    {
        if (now == stage::unknown) return commands::refuse("nobody has registered this bike");
        if (name == command.name) return {};
        return bike_renamed{command.name};
    }
    auto decide(const rent_bike& command) const -> decision
    {
        if (now != stage::here) return commands::refuse("this bike is not in the shop");
        return bike_rented{command.customer};
    }
    auto decide(const return_bike& command, const commands::context& at) const -> decision
    {
        if (rider != command.customer) return commands::refuse("this customer does not ride this bike");
        return bike_returned{command.customer, std::chrono::floor<std::chrono::minutes>(at.now - rented_at).count()};
    }
    auto decide(const repair_bike& command) const -> decision
    {
        if (now != stage::here) return commands::refuse("this bike is not in the shop");
        return bike_repaired{command.part};
    }
    auto decide(const retire_bike&) const -> decision
    {
        if (now == stage::retired) return {};
        if (now != stage::here) return commands::refuse("this bike is not in the shop");
        return decision{bike_retired{}}.releasing<frame>(number, frame_released{});
    }

    void evolve(const bike_registered& fact)
    {
        now = stage::here;
        number = fact.frame;
        name = fact.name;
    }
    void evolve(const bike_renamed& fact) { name = fact.name; }
    void evolve(const bike_rented& fact, const eventstore::recorded_event& at)
    {
        now = stage::out;
        rider = fact.customer;
        rented_at = at.time();
    }
    void evolve(const bike_returned&)
    {
        now = stage::here;
        rider.reset();
    }
    void evolve(const bike_repaired&) {}
    void evolve(const bike_retired&) { now = stage::retired; }

    enum class stage { unknown, here, out, retired } now = stage::unknown;
    std::string number, name;
    std::optional<std::string> rider;
    eventstore::timestamp rented_at{};
};

} // namespace shop
