// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts.hpp"

#include <optional>
#include <variant>

namespace shop {

enum class whereabouts { here, out, retired };
ANNALS_ENUM(whereabouts, here, out, retired)

/// A row a bike.
struct bike_card {
    static constexpr projections::header header{.projection = "bike_card", .version = 1, .categories = "bike"};
    using event = std::variant<bike_registered, bike_renamed, bike_rented, bike_returned, bike_repaired, bike_retired>;

    std::string frame, called;
    whereabouts is = whereabouts::here;
    std::optional<std::string> rider;
    int repairs = 0;

    void evolve(const bike_registered& fact)
    {
        frame = fact.frame;
        called = fact.name;
    }
    void evolve(const bike_renamed& fact) { called = fact.name; }
    void evolve(const bike_rented& fact)
    {
        is = whereabouts::out;
        rider = fact.customer;
    }
    void evolve(const bike_returned&)
    {
        is = whereabouts::here;
        rider.reset();
    }
    void evolve(const bike_repaired&) { ++repairs; }
    void evolve(const bike_retired&) { is = whereabouts::retired; }
};
ANNALS_FIELDS(bike_card, frame, called, is, rider, repairs)

} // namespace shop
