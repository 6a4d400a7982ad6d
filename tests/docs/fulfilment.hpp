// SPDX-License-Identifier: Apache-2.0
#pragma once
// The types of docs/guide/process-managers.md. tests/docs/pages_test.cpp checks that they are the same.
// clang-format off
#include <annals/annals.hpp>

namespace shop {

using namespace annals;

struct order_placed    { std::string customer; std::int64_t pay_within_s = 0; };
struct order_paid      {};
struct order_cancelled { std::string reason; };
struct parcel_packed   { std::string customer; };
ANNALS_EVENT(order_placed,    "order.placed",    customer, pay_within_s)
ANNALS_EVENT(order_paid,      "order.paid")
ANNALS_EVENT(order_cancelled, "order.cancelled", reason)
ANNALS_EVENT(parcel_packed,   "parcel.packed",   customer)

struct place  { std::string customer; std::int64_t pay_within_s = 0; };
struct pay    {};
struct cancel { std::string reason; };
struct pack   { std::string customer; };
ANNALS_FIELDS(place, customer, pay_within_s)
ANNALS_FIELDS(pay)
ANNALS_FIELDS(cancel, reason)
ANNALS_FIELDS(pack, customer)

struct order {
    static constexpr auto category = "order";
    using event    = std::variant<order_placed, order_paid, order_cancelled>;
    using decision = commands::decision<event>;

    auto decide(const place& command) const -> decision { return order_placed{command.customer, command.pay_within_s}; }
    auto decide(const pay&) const -> decision
    {
        if (is_over) return commands::refuse("the order is paid or cancelled");
        return order_paid{};
    }
    auto decide(const cancel& command) const -> decision { return order_cancelled{command.reason}; }
    void evolve(const order_placed&) {}
    void evolve(const order_paid&) { is_over = true; }
    void evolve(const order_cancelled&) { is_over = true; }

    bool is_over = false;
};

struct parcel {
    static constexpr auto category = "parcel";
    using event    = std::variant<parcel_packed>;
    using decision = commands::decision<event>;

    auto decide(const pack& command) const -> decision
    {
        if (command.customer.empty()) return commands::refuse("the parcel has no address");
        return parcel_packed{command.customer};
    }
    void evolve(const parcel_packed&) {}
};

struct fulfilment {
    static constexpr sagas::header header{.process_manager = "fulfilment", .version = 1, .categories = "order"};
    using event = std::variant<order_placed, order_paid>;

    std::string customer;                            // the state: one for each order

    void evolve(const order_placed& fact) { customer = fact.customer; }

    auto react(const order_placed& fact, const eventstore::recorded_event& at) const -> sagas::outgoing
    {
        return sagas::send_at<order>(at.recorded_at + std::chrono::seconds{fact.pay_within_s}, "payment",
                                     at.stream.key, cancel{"it was not paid in time"});
    }
    auto react(const order_paid&, const eventstore::recorded_event& at) const -> sagas::outgoing
    {
        return {sagas::cancel_deadline("payment"), sagas::send<parcel>(at.stream.key, pack{customer})};
    }

    using refusals = std::variant<pack>;
    auto react(const sagas::refused<pack>& answer) const -> sagas::outgoing
    {
        return sagas::send<order>(answer.key, cancel{answer.reason});
    }
};
ANNALS_FIELDS(fulfilment, customer)

}  // namespace shop
// clang-format on
