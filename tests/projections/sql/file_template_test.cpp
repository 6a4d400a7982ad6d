// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/check.hpp>
#include <annals/projections/sql/file_template.hpp>
#include <tests/projections/support/events.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace annals;

namespace {

struct scratch_database {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};

    auto written(const std::string& name, const tests::made_up_log& log) -> std::string
    {
        pqxx::nontransaction tx(session);
        return projections::file_template(name, "door", log.events(), [&](const std::string& word) {
            return tx.query_value<std::string>("select quote_ident($1)", pqxx::params{word});
        });
    }
    /// Throws what the server refuses.
    auto check(const std::string& text, const tests::made_up_log& log) -> std::string
    {
        const auto file = projections::parse_sql(text, "door.sql");
        CHECK(projections::unseen_types(file, log.events()).empty());
        const auto found = projections::check(session, file, log.events());
        CHECK(found.views.empty());
        return found.rows ? to_string(*found.rows) : "the same";
    }
};

}  // namespace

TEST_CASE_FIXTURE(scratch_database, "a template over events with any types and members is accepted as it is")
{
    tests::made_up_log log("door");
    log.add("a", "opened", R"({"key": 1, "events": "x", "xmin": true, "its_key": 2, "user": "x", "Age": 1, "age": 2})");
    log.add("b", R"(it"s, a *type)",
            R"({"": 1, "a\"b": 1, "o'x": "it''s", "a\nb": 1, "-- apply: *": [1], "$1": null})");
    log.add("a", "*", R"({"mixed": 1, "later": null})");
    log.add("a", " -- apply: x ", R"({"mixed": "one", "later": 7})");
    log.add("b", "opened", R"({"mixed": {"of": 3}, "at": "2026-01-31T08:15:00+01:00", "user": null})");
    log.add("a", "opened", R"({"at": "2026-01-31", "big": 123456789012345678901234567890, "user": "y"})");
    log.add("c", "größer > **", "{}");
    for (const auto& name : {std::string("door"), std::string("batch"), std::string("order"), std::string(40, 'n')})
        CHECK_MESSAGE(check(written(name, log), log) == "the same", written(name, log));
}

TEST_CASE_FIXTURE(scratch_database, "a column has the type that all values of its member have, and text otherwise")
{
    tests::made_up_log log("door");
    log.add("a", "opened",
            R"({"n": 1, "on": true, "at": "2026-01-31T08:15:00Z", "list": [], "none": null, "day": "x"})");
    log.add("a", "closed", R"({"n": 2.5, "on": null, "at": "2026-01-31 08:15:00Z", "list": 1, "day": 3})");
    const auto text = written("door", log);
    for (const auto* column : {"    n        numeric", "    \"on\"     boolean", "    at       timestamptz",
                               "    list     jsonb", "    \"none\"   text", "    day      text"})
        CHECK_MESSAGE(text.contains(column), text);
    CHECK(check(text, log) == "the same");
}

TEST_CASE_FIXTURE(scratch_database, "types with the same members share a block, and one without members has none")
{
    tests::made_up_log log("door");
    log.add("a", "opened", R"({"by": "ada"})");
    log.add("a", "closed", R"({"by": "bob"})");
    log.add("a", "painted", "{}");
    const auto text = written("door", log);
    CHECK(text.contains("-- apply: opened, closed\n"));
    CHECK(!text.contains("painted"));
}

TEST_CASE_FIXTURE(scratch_database, "more members than a page can hold are counted, and no events give an example")
{
    tests::made_up_log many("door");
    std::string payload;
    for (int i = 0; i < 45; ++i) payload += (i == 0 ? "{\"m" : ", \"m") + std::to_string(i) + "\": 1";
    many.add("a", "opened", payload + "}");
    CHECK(written("door", many).contains("-- Members of the payloads without a column here: 5\n"));
    CHECK(check(written("door", many), many) == "the same");
    const tests::made_up_log none("door");
    CHECK(written("door", none).contains("--     -- apply: door.created\n"));
    CHECK(projections::parse_sql(written("door", none), "door.sql").blocks.size() == 1);
    CHECK_THROWS_AS(written("no name", none), eventstore::invalid_request);
}
