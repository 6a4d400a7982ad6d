// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/commands/bike_facts.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <variant>

/// A bike rental: a customer has at most one bike, a frame number is on at most one bike, and rents last some minutes.
namespace annals::tests {

struct bike {
    static constexpr auto category = "bike";
    using event = std::variant<bike_registered, bike_rented, bike_returned, bike_repaired, bike_retired>;
    using decision = commands::decision<event>;

    auto decide(const register_bike& command) const -> decision
    {
        if (command.frame == own_frame) return {};
        auto decided = decision{bike_registered{command.frame}};
        if (!own_frame.empty()) decided.releasing<frame>(own_frame, frame_released{});
        return std::move(decided).claiming<frame>(command.frame, frame_taken{command.bike},
                                                  commands::refuse("this frame is on another bike", "frame"));
    }
    auto decide(const rent_bike& command) const -> decision
    {
        if (customer) return commands::refuse("the bike is out");
        return bike_rented{command.customer};
    }
    auto decide(const return_bike&, const commands::context& at) const -> decision
    {
        if (!customer) return commands::refuse("the bike is here");
        return bike_returned{std::chrono::duration_cast<std::chrono::minutes>(at.now - rented_at).count()};
    }
    auto decide(const repair_bike& command) const -> decision
    {
        decision all;
        for (const auto& part : command.parts) all += bike_repaired{part};
        return all;
    }
    auto decide(const retire_bike&) const -> decision
    {
        if (own_frame.empty()) return commands::refuse("the bike has no frame");
        return decision{bike_retired{}}.releasing<frame>(own_frame, frame_released{});
    }
    void evolve(const bike_registered& fact) { own_frame = fact.frame; }
    void evolve(const bike_rented& fact, const eventstore::recorded_event& at)
    {
        customer = fact.customer;
        rented_at = at.time();
    }
    void evolve(const bike_returned&) { customer.reset(); }
    void evolve(const bike_repaired&) { ++repairs; }
    void evolve(const bike_retired&) { own_frame.clear(); }

    std::string own_frame;
    std::optional<std::string> customer;
    eventstore::timestamp rented_at{};
    int repairs = 0;
};

struct customer {
    static constexpr auto category = "customer";
    using event = std::variant<bike_taken, bike_brought_back>;
    using decision = commands::decision<event>;

    auto decide(const take_bike& command) const -> decision
    {
        if (!bike.empty()) return commands::refuse("the customer has a bike", "has_one");
        return bike_taken{command.bike};
    }
    auto decide(const bring_back&) const -> decision
    {
        if (bike.empty()) return commands::refuse("the customer has no bike");
        return bike_brought_back{};
    }
    void evolve(const bike_taken& fact) { bike = fact.bike; }
    void evolve(const bike_brought_back&) { bike.clear(); }

    std::string bike;
};

}  // namespace annals::tests
