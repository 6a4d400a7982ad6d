// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts.hpp"

#include <optional>
#include <variant>

namespace shop {

// clang-format off
struct join_shop    { std::string name, email; };
struct change_email { std::string email; };
struct take_bike    { std::string bike; };
struct leave_bike   { std::string bike; };
ANNALS_FIELDS(join_shop,    name, email)
ANNALS_FIELDS(change_email, email)
ANNALS_FIELDS(take_bike,    bike)
ANNALS_FIELDS(leave_bike,   bike)
// clang-format on

/// What a customer may do. At most one bike at a time.
struct customer {
    static constexpr auto category = "customer";
    using event = std::variant<customer_joined, email_given, bike_taken, bike_left>;
    using decision = commands::decision<event>;

    auto decide(const join_shop& command) const -> decision
    {
        if (has_joined) return commands::refuse("this customer has joined already");
        decision all{customer_joined{command.name}};
        all += email_given{command.email};
        return all;
    }
    auto decide(const change_email& command) const -> decision
    {
        if (!has_joined) return commands::refuse("there is no such customer");
        if (email == command.email) return {};
        return email_given{command.email};
    }
    auto decide(const take_bike& command) const -> decision
    {
        if (!has_joined) return commands::refuse("there is no such customer");
        if (rides) return commands::refuse("this customer has a bike already");
        return bike_taken{command.bike};
    }
    auto decide(const leave_bike& command) const -> decision
    {
        if (rides != command.bike) return commands::refuse("this customer does not ride this bike");
        return bike_left{command.bike};
    }

    void evolve(const customer_joined&) { has_joined = true; }
    void evolve(const email_given& fact) { email = fact.email; }
    void evolve(const bike_taken& fact) { rides = fact.bike; }
    void evolve(const bike_left&) { rides.reset(); }

    bool has_joined = false;
    std::string email;
    std::optional<std::string> rides;
};

} // namespace shop
