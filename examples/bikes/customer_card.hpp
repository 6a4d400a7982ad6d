// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts.hpp"

#include <optional>
#include <variant>

namespace shop {

/// A row a customer. Events of different logs have no order, so what comes from the bikes is only added up.
struct customer_card {
    static constexpr projections::header header{
        .projection = "customer_card", .version = 1, .categories = "customer, bike"};
    using event = std::variant<customer_joined, email_given, bike_taken, bike_left, bike_returned>;

    std::string called, email;
    std::optional<std::string> rides;
    std::int64_t rentals = 0, minutes = 0;

    static auto key(const auto&, const eventstore::recorded_event& at) { return at.stream.key; }
    static auto key(const bike_returned& fact, const eventstore::recorded_event&) { return fact.customer; }

    void evolve(const customer_joined& fact) { called = fact.name; }
    void evolve(const email_given& fact) { email = fact.email; }
    void evolve(const bike_taken& fact) { rides = fact.bike; }
    void evolve(const bike_left&) { rides.reset(); }
    void evolve(const bike_returned& fact)
    {
        ++rentals;
        minutes += fact.minutes;
    }
};
ANNALS_FIELDS(customer_card, called, email, rides, rentals, minutes)

} // namespace shop
