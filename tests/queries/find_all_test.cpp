// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/registry.hpp>
#include <annals/projections/view/view.hpp>
#include <annals/queries/errors.hpp>
#include <annals/queries/find_all.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace annals;
using namespace std::chrono_literals;

namespace {

struct bike_rented {};
ANNALS_EVENT(bike_rented, "bike.rented")

struct bike_card {
    static constexpr projections::header header{.projection = "bike_card", .version = 1, .categories = "bike"};
    using event = std::variant<bike_rented>;
    std::string state;                       // a name that annals uses for its own column
    int rides = 0;
    std::optional<std::string> customer;
    void evolve(const bike_rented&) { ++rides; }
};
ANNALS_FIELDS(bike_card, state, rides, customer)

/// A shop's read model of four bikes, applied up to position 4 of its only log.
struct shop {
    tests::temporary_database at;
    pqxx::connection connection{at.dsn()};
    queries::database database{at.dsn(), 2};

    shop()
    {
        projections::registry::apply(connection, projections::view<bike_card>::definition());
        pqxx::nontransaction(connection).exec(R"(
            select annals.ensure_category('bike', 1);
            insert into annals.checkpoints (processor, version, registration, log, position)
                select p.name, p.version, p.registration, l.log, 4 from annals.projections p, annals.logs l;)");
        add("B-2", R"({"state": "new", "rides": 9, "customer": "C-1"})");
        add("B-1", R"({"state": "old", "rides": 30})");
        add("b-1", R"({"state": "old", "rides": 9})");
        add("B-10", R"({"state": "new", "rides": 2, "customer": "O'Hara"})");
    }

    void add(const std::string& key, const std::string& state)
    {
        pqxx::nontransaction(connection)
            .exec("insert into p_bike_card_1._rows (key, version, changed_at, state) "
                  "values ($1, 7, '2026-01-31 12:00:00.000001+00', $2)",
                  pqxx::params{key, state});
    }
    auto keys(const queries::row_selection& wanted = {}) -> std::string
    {
        std::string all;
        for (const auto& row : queries::find_all<bike_card>(database, wanted)) all += row.key + " ";
        return all;
    }
};

}  // namespace

TEST_CASE("all rows of a view come in the order of their keys, each with its version and time")
{
    shop at;
    CHECK(at.keys() == "B-1 B-10 B-2 b-1 ");
    const auto rows = queries::find_all<bike_card>(at.database);
    const auto& [key, card, version, changed_at] = rows.at(1);
    CHECK(key == "B-10");
    CHECK(card.state == "new");
    CHECK(card.rides == 2);
    CHECK(card.customer == "O'Hara");
    CHECK(version.number == 7);
    CHECK(changed_at == eventstore::parse_timestamp("2026-01-31T12:00:00.000001Z"));
}

TEST_CASE("rows are chosen by a condition with parameters, put into an order, and limited")
{
    shop at;
    CHECK(at.keys({.where = "customer is not null"}) == "B-10 B-2 ");
    CHECK(at.keys({.where = "rides >= $1 and state = $2", .parameters = {9, "old"}}) == "B-1 b-1 ");
    CHECK(at.keys({.order_by = "rides desc", .limit = 3}) == "B-1 B-2 b-1 ");
    CHECK(at.keys({.order_by = "rides desc", .limit = 2, .offset = 2}) == "b-1 B-10 ");
    CHECK(at.keys({.parameters = {3}, .order_by = "abs(rides - $1)", .limit = 1}) == "B-10 ");
    CHECK(at.keys({.where = "key like $1 and bike_card.changed_at > $2", .parameters = {"B%", "2026-01-01"}})
          == "B-1 B-10 B-2 ");
    CHECK(at.keys({.where = "rides > 5 -- a remark"}) == "B-1 B-2 b-1 ");
    CHECK(at.keys({.where = "rides < 0"}).empty());
    for (const auto& customer : {std::optional<std::string>{"C-1"}, std::optional<std::string>{}})
        CHECK(at.keys({.where = "customer = $1 or $1 is null", .parameters = {customer}})
              == (customer ? "B-2 " : "B-1 B-10 B-2 b-1 "));
}

TEST_CASE("a condition of alternatives is kept together when there are other conditions")
{
    shop at;
    CHECK(at.keys({.where = "rides = 30 or rides = 9", .after_key = "B-2"}) == "b-1 ");
}

TEST_CASE("pages by key show each row that stays exactly once, while others come and go")
{
    shop at;
    CHECK(at.keys({.limit = 2}) == "B-1 B-10 ");
    at.add("A-1", "{}");                                                     // before the page's end: not seen
    at.add("B-11", "{}");
    pqxx::nontransaction(at.connection).exec("delete from p_bike_card_1._rows where key = 'B-10'");
    CHECK(at.keys({.after_key = "B-10", .limit = 2}) == "B-11 B-2 ");
    CHECK(at.keys({.where = "rides < $1", .parameters = {20}, .after_key = "B-2", .limit = 2}) == "b-1 ");
    CHECK(at.keys({.after_key = "b-1", .limit = 2}).empty());
}

TEST_CASE("a page by key reads the rows of the page, not those before it")
{
    shop at;
    pqxx::nontransaction(at.connection)
        .exec("insert into p_bike_card_1._rows select 'X-' || n, 1, now(), '{}' from generate_series(1, 20000) n; "
              "analyze p_bike_card_1._rows");
    const auto rows_read = [&] {
        pqxx::nontransaction tx(at.connection);
        tx.exec("select pg_stat_force_next_flush()");
        return tx.query_value<std::int64_t>("select seq_tup_read + idx_tup_fetch from pg_stat_all_tables "
                                            "where relid = 'p_bike_card_1._rows'::regclass");
    };
    const auto before = rows_read();
    {
        pqxx::read_transaction tx(at.connection);
        CHECK(projections::find_all<bike_card>(tx, {.after_key = "X-19990", .limit = 5}).size() == 5);
    }
    CHECK(rows_read() - before == 5);
}

TEST_CASE("a value is never SQL, whatever it holds")
{
    shop at;
    CHECK(at.keys({.where = "customer = $1", .parameters = {"' or true --"}}).empty());
    CHECK(at.keys({.where = "customer = $1", .parameters = {"O'Hara"}}) == "B-10 ");
    CHECK(at.keys({.after_key = "' or true --"}) == "B-1 B-10 B-2 b-1 ");
}

TEST_CASE("a selection that cannot be is refused, and says why")
{
    shop at;
    const auto why = [&](const queries::row_selection& wanted) -> std::string {
        try {
            return at.keys(wanted);
        } catch (const eventstore::invalid_request& problem) {
            return problem.what();
        }
    };
    CHECK(why({.where = "ride > 3"})
          == "read.bike_card: column \"ride\" does not exist. Perhaps you meant to reference the column "
             "\"bike_card.rides\".");
    CHECK(why({.where = "rides > $1", .parameters = {"many"}})
          == "read.bike_card: invalid input syntax for type integer: \"many\"");
    CHECK(why({.order_by = "rides down"}).starts_with("read.bike_card: syntax error at or near \"down\""));
    CHECK(why({.where = "rides > $1 and rides < $2", .parameters = {3}, .limit = 10})
          == "read.bike_card: the condition and the order name 2 parameters, but there are 1 values");
    CHECK(why({.where = "state = '$1'", .parameters = {3}})
          == "read.bike_card: the condition and the order name 0 parameters, but there are 1 values");
    CHECK(why({.order_by = "rides", .after_key = "B-1"})
          == "read.bike_card: after_key gives pages in the order of keys: leave out order_by and offset, or use "
             "offset without it");
    CHECK(why({.limit = -1}) == "read.bike_card: LIMIT must not be negative");
    CHECK(at.keys({.where = "rides = 2"}) == "B-10 ");
}

TEST_CASE("rows are listed once the view has what was written, or not at all")
{
    shop at;
    const auto seen = eventstore::parse_token("bike/0@4"), later = eventstore::parse_token("bike/0@5");
    CHECK(queries::find_all<bike_card>(at.database, {}, after(seen)).size() == 4);
    CHECK_THROWS_AS(queries::find_all<bike_card>(at.database, {}, after(later, 30ms)), queries::not_reached);
}

TEST_CASE("the rows of a version that is not live are not listed")
{
    shop at;
    pqxx::nontransaction(at.connection).exec("update annals.projections set live = false");
    CHECK_THROWS_WITH_AS(at.keys(), "no version of bike_card is live", eventstore::mismatch);
}
