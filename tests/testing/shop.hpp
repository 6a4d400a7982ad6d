// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/projections/view/view.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <variant>

/// Customers who rent bikes: two aggregates, a view over both, and a table.
namespace shop {

struct joined {
    std::string name;
};
struct rented {
    std::string customer;
};
struct returned {
    std::string customer;
};
ANNALS_EVENT(joined, "customer.joined", name)
ANNALS_EVENT(rented, "bike.rented", customer)
ANNALS_EVENT(returned, "bike.returned", customer)

struct rent_bike {
    std::string customer;
};

struct customer {
    static constexpr auto category = "customer";
    using event = std::variant<joined>;
    using decision = annals::commands::decision<event>;
    void evolve(const joined&) {}
};

struct bike {
    static constexpr auto category = "bike";
    using event = std::variant<rented, returned>;
    using decision = annals::commands::decision<event>;

    auto decide(const rent_bike& command) const -> decision
    {
        if (is_out) return annals::commands::refuse("somebody rides this bike", "out");
        return rented{command.customer};
    }
    void evolve(const rented&) { is_out = true; }
    void evolve(const returned&) { is_out = false; }

    bool is_out = false;
};

/// One row a customer.
struct card {
    static constexpr annals::projections::header header{
        .projection = "card", .version = 1, .categories = "customer, bike"};
    using event = std::variant<joined, rented, returned>;

    std::string name;
    std::optional<std::string> rides;
    std::optional<std::chrono::system_clock::time_point> since;

    static auto key(const joined&, const annals::eventstore::recorded_event& at) { return at.stream.key; }
    static auto key(const rented& fact) -> std::string_view { return fact.customer; }
    static auto key(const returned& fact) { return fact.customer; }

    void evolve(const joined& fact) { name = fact.name; }
    void evolve(const rented&, const annals::eventstore::recorded_event& at)
    {
        rides = at.stream.key;
        since = at.time();
    }
    void evolve(const returned&) { rides.reset(), since.reset(); }
};
ANNALS_FIELDS(card, name, rides, since)

/// The bikes that are out.
struct out {
    static constexpr annals::projections::header header{.projection = "out", .version = 1, .categories = "bike"};
    static constexpr auto ddl =
        "create table out (id int generated always as identity, bike text primary key, customer text, "
        "since timestamptz not null)";
    using event = std::variant<rented, returned>;

    void project(const rented& fact, const annals::eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        tx.exec("insert into out (bike, customer, since) values ($1, nullif($2, ''), $3)",
                pqxx::params{at.stream.key, fact.customer, annals::eventstore::to_string(at.recorded_at)});
    }
    void project(const returned&, const annals::eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        tx.exec("delete from out where bike = $1", pqxx::params{at.stream.key});
    }
};

}  // namespace shop
