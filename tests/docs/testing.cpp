// SPDX-License-Identifier: Apache-2.0
// The code of docs/guide/testing.md, compiled; what needs no database is run. readme_test.cpp checks that it is the
// same.
// clang-format off
#include <annals/testing/given.hpp>

using annals::testing::given, annals::testing::given_sql, annals::testing::on;
// clang-format on

#include <annals/annals.hpp>
#include <annals/testing/database/temporary_database.hpp>

#include <doctest/doctest.h>

namespace bikes {

struct customer_joined {
    std::string name;
};
struct bike_rented {
    std::string customer;
};
struct bike_returned {
    std::string customer;
};
ANNALS_EVENT(customer_joined, "customer.joined", name)
ANNALS_EVENT(bike_rented, "bike.rented", customer)
ANNALS_EVENT(bike_returned, "bike.returned", customer)

struct rent_bike {
    std::string customer;
};

struct customer {
    static constexpr auto category = "customer";
    using event = std::variant<customer_joined>;
    using decision = annals::commands::decision<event>;
    void evolve(const customer_joined&) {}
};

struct bike {
    static constexpr auto category = "bike";
    using event = std::variant<bike_rented, bike_returned>;
    using decision = annals::commands::decision<event>;

    auto decide(const rent_bike& command) const -> decision
    {
        if (rider == command.customer) return {};
        if (!rider.empty()) return annals::commands::refuse("somebody rides this bike", "out");
        return bike_rented{command.customer};
    }
    void evolve(const bike_rented& fact) { rider = fact.customer; }
    void evolve(const bike_returned&) { rider.clear(); }

    std::string rider;
};

struct customer_card {
    static constexpr annals::projections::header header{
        .projection = "customer_card", .version = 1, .categories = "customer, bike"};
    using event = std::variant<customer_joined, bike_rented>;

    std::string name, rides;
    std::chrono::system_clock::time_point since;

    static auto key(const customer_joined&, const annals::eventstore::recorded_event& at) { return at.stream.key; }
    static auto key(const bike_rented& fact) { return fact.customer; }
    void evolve(const customer_joined& fact) { name = fact.name; }
    void evolve(const bike_rented&, const annals::eventstore::recorded_event& at)
    {
        rides = at.stream.key;
        since = at.time();
    }
};
ANNALS_FIELDS(customer_card, name, rides, since)

struct bikes_out {
    static constexpr annals::projections::header header{.projection = "bikes_out", .version = 1, .categories = "bike"};
    static constexpr auto ddl = "create table bikes_out (bike text primary key, customer text not null)";
    using event = std::variant<bike_rented, bike_returned>;
    void project(const bike_rented& fact, const annals::eventstore::recorded_event& at,
                 pqxx::transaction_base& tx) const
    {
        tx.exec("insert into bikes_out values ($1, $2)", {at.stream.key, fact.customer});
    }
    void project(const bike_returned&, const annals::eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        tx.exec("delete from bikes_out where bike = $1", pqxx::params{at.stream.key});
    }
};

const auto noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 27} + std::chrono::hours{12};

void need_a_database()
{
    // clang-format off
given<bikes_out>(on<bike>("B-1", bike_rented{"C-1"}), on<bike>("B-2", bike_rented{"C-2"}, bike_returned{"C-2"}))
    .then_rows("select bike, customer from read.bikes_out", {{"B-1", "C-1"}});
given_sql("rides.sql", on<bike>("B-1", bike_rented{"C-1"}, bike_returned{"C-1"}, bike_rented{"C-1"}))
    .then_rows("select customer, rides from read.rides", {{"C-1", 2}});
const annals::testing::temporary_database database;
const auto store = annals::eventstore::postgres::open_store({.dsn = database.dsn()});
    // clang-format on
}

}  // namespace bikes

TEST_CASE("the tests of the guide's shop pass")
{
    using namespace bikes;
    // clang-format off
given<bike>().when(rent_bike{"C-1"}).then(bike_rented{"C-1"});
given<bike>(bike_rented{"C-1"}).when(rent_bike{"C-2"}).then_refused("somebody rides this bike");
given<bike>(bike_rented{"C-1"}).when(rent_bike{"C-2"}).then_refused_with("out");
given<bike>(bike_rented{"C-1"}).when(rent_bike{"C-1"}).then_nothing();

given<customer_card>(on<customer>("C-1", customer_joined{"Ada"}),
                     on<bike>("B-1", bike_rented{"C-1"}).at(noon),
                     on<bike>("B-2", bike_rented{"C-2"}))
    .then("C-1", customer_card{.name = "Ada", .rides = "B-1", .since = noon})
    .then_no_row("C-3");

given<customer_card>(customer_joined{"Ada"}).then(customer_card{.name = "Ada"});
    // clang-format on
    (void)need_a_database;
}
