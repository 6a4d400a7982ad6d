// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace annals;

namespace {

struct tried_blocks {
    tests::temporary_database database;
    pqxx::connection session{database.dsn()};

    /// The error of applying a block whose first line is line 6; nothing is kept.
    auto says(const std::string& statements) -> std::string
    {
        const auto text = "-- projection: tried\n-- version: 1\n-- categories: sample\n"
                          "create table tried (total int not null check (total > 0), name text primary key);\n"
                          "-- apply: *\n"
                          + statements;
        try {
            projections::registry::apply(session, projections::parse_sql(text, "f").definition());
            projections::registry::remove(session, "tried");
            return "accepted";
        } catch (const projections::bad_file& problem) {
            return problem.what();
        }
    }
};

const std::string total = "insert into tried select sum(version), 'all' from batch";

}  // namespace

TEST_CASE_FIXTURE(tried_blocks, "a block that needs an event is accepted, although it is tried without one")
{
    CHECK(says(total + ";") == "accepted");
    CHECK(says(total) == "accepted");
    CHECK(says("-- all of it\n" + total + "; " + total + ";\n" + total + " -- again\n;") == "accepted");
    CHECK(says("insert into tried values (0, 'none');") == "accepted");
    CHECK(says("insert into tried select 1 / count(*), 'x' from batch;") == "accepted");
    CHECK(says("if not exists (select from batch) then raise exception 'nothing'; end if;") == "accepted");
    CHECK(says("declare t text;\nbegin\n  select key into strict t from batch;\nend;") == "accepted");
    CHECK(says("assert exists (select from batch);") == "accepted");
    CHECK(says("begin\n" + total + ";\nend;") == "accepted");
}

TEST_CASE_FIXTURE(tried_blocks, "a mistake after a statement that needs an event is found, with its line")
{
    CHECK(says(total + ";\ninsert into tried select 1, keyy from batch;").starts_with("f:7: column \"keyy\""));
    CHECK(says(total + ";\n" + total + ";\n\ndelete\nfrom bacth;").starts_with("f:10: relation \"bacth\""));
    CHECK(says(total + "; insert into tired values (1, 'a');").starts_with("f:6: relation \"tired\""));
    CHECK(says(total + ";\nselect 1;").starts_with("f:7: query has no destination"));
    CHECK(says(total + ";\ndelete from annals.events;").starts_with("f:7: permission denied"));
    CHECK(says("if true then\n" + total + ";\ndelete from bacth;\nend if;").starts_with("f:8: relation \"bacth\""));
    CHECK(says("insert into tried select 'one'::int, key from batch;").starts_with("f:6: invalid input syntax"));
}
