// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The facts and commands of a bike rental, and its frame numbers.
namespace annals::tests {

// clang-format off
struct bike_registered   { std::string frame; };
struct bike_rented       { std::string customer; };
struct bike_returned     { std::int64_t minutes = 0; };
struct bike_repaired     { std::string part; };
struct bike_retired      {};
struct bike_taken        { std::string bike; };
struct bike_brought_back {};
struct frame_taken       { std::string bike; };
struct frame_released    {};
ANNALS_EVENT(bike_registered,   "bike.registered",   frame)
ANNALS_EVENT(bike_rented,       "bike.rented",       customer)
ANNALS_EVENT(bike_returned,     "bike.returned",     minutes)
ANNALS_EVENT(bike_repaired,     "bike.repaired",     part)
ANNALS_EVENT(bike_retired,      "bike.retired")
ANNALS_EVENT(bike_taken,        "customer.bike_taken", bike)
ANNALS_EVENT(bike_brought_back, "customer.bike_brought_back")
ANNALS_EVENT(frame_taken,       "frame.taken",       bike)
ANNALS_EVENT(frame_released,    "frame.released")

struct register_bike { std::string bike, frame; };
struct rent_bike     { std::string customer; };
struct return_bike   {};
struct repair_bike   { std::vector<std::string> parts; };
struct retire_bike   {};
struct take_bike     { std::string bike; };
struct bring_back    {};
ANNALS_FIELDS(register_bike, bike, frame)
ANNALS_FIELDS(rent_bike,     customer)
ANNALS_FIELDS(return_bike)
ANNALS_FIELDS(repair_bike,   parts)
ANNALS_FIELDS(take_bike,     bike)
// clang-format on

/// A frame number: can be given back.
struct frame {
    static constexpr auto category = "frame";
    using event = std::variant<frame_taken, frame_released>;

    void evolve(const frame_taken& fact) { bike = fact.bike; }
    void evolve(const frame_released&) { bike.reset(); }
    auto is_free() const -> bool { return !bike; }

    std::optional<std::string> bike;
};

}  // namespace annals::tests
