// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/find.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/view/view.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>

using namespace annals;
using std::chrono::sys_days, std::chrono::year;

namespace {

struct rider {
    int number = 0;
    auto operator<=>(const rider&) const = default;
};
auto text_of(const rider& one) -> std::string { return "R-" + std::to_string(one.number); }
auto rider_from(const std::string& text) -> rider { return {std::stoi(text.substr(2))}; }
ANNALS_TEXT(rider, text_of, rider_from)

struct card {
    std::string number;
};
struct invoice {
    int days = 30;
};
ANNALS_FIELDS(card, number)
ANNALS_FIELDS(invoice, days)

struct bike_rented {
    rider by;
    eventstore::uuid ride{};
    sys_days day;
    std::chrono::system_clock::time_point at;
    std::variant<card, invoice> paid_by;
};
ANNALS_EVENT(bike_rented, "bike.rented", by, ride, day, at, paid_by)

/// One row a rider: its key is a type that is stored as a text.
struct last_ride {
    static constexpr projections::header header{.projection = "last_ride", .version = 1, .categories = "bike"};
    using event = std::variant<bike_rented>;

    rider by;
    std::optional<rider> guest;
    eventstore::uuid ride{};
    sys_days day;
    std::optional<sys_days> until;
    std::chrono::system_clock::time_point at;
    std::variant<card, invoice> paid_by;
    std::set<std::string> bikes;
    std::array<int, 2> place{};
    std::map<int, std::string> notes;

    static auto key(const bike_rented& fact) { return fact.by; }
    void evolve(const bike_rented& fact, const eventstore::recorded_event& recorded)
    {
        by = fact.by, ride = fact.ride, day = fact.day, at = fact.at, paid_by = fact.paid_by;
        bikes.insert(recorded.stream.key);
        place = {4, 2};
        notes[7] = "x";
    }
};
ANNALS_FIELDS(last_ride, by, guest, ride, day, until, at, paid_by, bikes, place, notes)

/// One row a day of the month.
struct rides_a_day {
    static constexpr projections::header header{.projection = "rides_a_day", .version = 1, .categories = "bike"};
    using event = std::variant<bike_rented>;
    int rides = 0;
    static auto key(const bike_rented& fact)
    {
        return static_cast<unsigned>(std::chrono::year_month_day(fact.day).day());
    }
    void evolve(const bike_rented&) { ++rides; }
};
ANNALS_FIELDS(rides_a_day, rides)

const bike_rented rental{.by = {7},
                         .ride = eventstore::parse_uuid("0193f0a0-0000-7000-8000-00000000002a"),
                         .day = sys_days{year{2026} / 11 / 27},
                         .at = sys_days{year{2026} / 11 / 27} + std::chrono::milliseconds{1},
                         .paid_by = invoice{14}};

struct rides {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};

    template <class View>
    void apply(const bike_rented& fact)
    {
        projections::registry::apply(session, projections::view<View>::definition());
        pqxx::work tx(session);
        const auto event = eventstore::as_recorded(facts::to_new_event(fact), {"bike", "B-1"}, {1});
        projections::view<View>().apply(tx, std::span(&event, 1));
        tx.commit();
    }
    auto ask(const std::string& query) -> std::string
    {
        pqxx::work tx(session);
        tx.exec("set timezone to 'UTC'");
        return tx.query_value<std::string>(query);
    }
};

}  // namespace

TEST_CASE_FIXTURE(rides, "each type of a view's field has its column, and its values are there")
{
    apply<last_ride>(rental);
    CHECK(
        ask("select string_agg(attname || ' ' || format_type(atttypid, null), ', ' order by attnum) from pg_attribute "
            "where attrelid = 'read.last_ride'::regclass and attnum > 3")
        == "by text, guest text, ride uuid, day date, until date, at timestamp with time zone, paid_by jsonb, "
           "bikes jsonb, place jsonb, notes jsonb");
    CHECK(ask("select concat_ws('|', key, by, coalesce(guest, '-'), ride, day, until, at, paid_by->'invoice'->>'days', "
              "bikes, place, notes) from read.last_ride")
          == "R-7|R-7|-|0193f0a0-0000-7000-8000-00000000002a|2026-11-27|2026-11-27 00:00:00.001+00|14|[\"B-1\"]|[4, 2]|"
             "{\"7\": \"x\"}");
    pqxx::work tx(session);
    const auto found = projections::find<last_ride>(tx, "R-7");
    REQUIRE(found);
    CHECK(found->by == rental.by);
    CHECK(found->day == rental.day);
    CHECK(found->at == rental.at);
    CHECK(std::get<invoice>(found->paid_by).days == 14);
}

TEST_CASE_FIXTURE(rides, "a date in the year 0000, which PostgreSQL does not have, does not break the view for readers")
{
    apply<last_ride>({.by = {7}, .day = sys_days{year{0} / 2 / 29}});
    CHECK(ask("select day::text from read.last_ride") == "0001-02-29 BC");
}

TEST_CASE_FIXTURE(rides, "a view's key may be a number")
{
    apply<rides_a_day>(rental);
    CHECK(ask("select key || ' ' || rides from read.rides_a_day") == "27 1");
}
