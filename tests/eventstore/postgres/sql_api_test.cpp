// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/login_user.hpp>
#include <tests/support/page.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace annals;
using namespace annals::libpq;

namespace {

const std::vector<std::string> appender{"annals_appender"};
const std::string page = "docs/reference/sql-api.md";

const std::string row_in_a_wrong_log_behind_a_gap =
    "insert into annals.events (position, version, recorded_at, id, log, schema_version, key, type, data, metadata) "
    "values (9, 1, now(), gen_random_uuid(), 1, 1, 'S-9', 'x', '{}', '{}')";

/// The page's blocks in one language, one after the other.
auto blocks_of(const std::string& language) -> std::string
{
    std::string all;
    for (const auto& block : tests::code_blocks(tests::text_of(page), language)) all += block;
    return all;
}

/// Empty, or the SQLSTATE with which the server refused.
auto refusal(connection& session, const std::string& statement) -> std::string
{
    try {
        session.execute(statement);
        return {};
    } catch (const statement_error& problem) {
        return problem.sqlstate();
    }
}

/// Gaps in logs and streams, and keys in the wrong log.
auto defects(const tests::temporary_database& database) -> std::int64_t
{
    return connection(database.dsn())
        .query(R"sql(
            select (select count(*) from (select log, max(position) <> count(*) or min(position) <> 1 as has_gap
                                          from annals.events group by log) l where has_gap)
                   + (select count(*) from (select log, key, max(version) <> count(*) or min(version) <> 1 as has_gap
                                            from annals.events group by log, key) s where has_gap)
                   + (select count(*) from annals.events e join annals.logs l using (log)
                      join annals.categories c on c.name = l.category
                      where l.partition <> annals.partition_of(e.key, c.partitions)))sql")
        .get<std::int64_t>(0, 0);
}

}  // namespace

TEST_CASE("the SQL API keeps its promises to readers, seen with nothing but SQL")
{
    const tests::temporary_database database;
    CHECK_NOTHROW(connection(database.dsn()).execute(tests::text_of("tests/eventstore/postgres/sql_api.sql")));
}

TEST_CASE("the page about the SQL API runs as it is, by a user who may only append and read")
{
    const tests::temporary_database database;
    const tests::login_user client(database, "client", appender);
    const auto statements = blocks_of("sql");
    REQUIRE(statements.size() > 1000);
    CHECK_NOTHROW(connection(client.dsn()).execute(statements));
    CHECK(connection(client.dsn()).query("select from annals.read_category('sample')").size() == 4);
}

TEST_CASE("the page about the SQL API names every function that its users may call")
{
    const tests::temporary_database database;
    const auto text = tests::text_of(page);
    const auto callable = connection(database.dsn()).query(R"sql(
        select distinct p.proname::text from pg_proc p
        where p.pronamespace = 'annals'::regnamespace
              and has_function_privilege('annals_appender', p.oid, 'execute'))sql");
    REQUIRE(callable.size() > 5);
    for (int row = 0; row < callable.size(); ++row) {
        const auto name = callable.get<std::string>(row, 0);
        const bool is_part = text.find("`annals." + name + "`") < text.find("not for callers");
        const bool is_shown =
            text.find("| `annals." + name + "(") != text.npos || text.find("| `call annals." + name + "(") != text.npos;
        CHECK_MESSAGE((is_shown || is_part), name);
    }
}

TEST_CASE("a program in Python appends, gets a conflict, and reads as a member of a group")
{
    const tests::temporary_database database;
    const tests::login_user client(database, "client", appender);
    const auto program = blocks_of("python");
    REQUIRE(program.find("psycopg.connect()") != program.npos);
    auto with_dsn = program;
    with_dsn.replace(program.find("psycopg.connect()"), 17, "psycopg.connect(\"" + client.dsn() + "\")");

    const auto ended = tests::child({"/usr/bin/python3", "-"}, {}, with_dsn).wait();
    CHECK_MESSAGE(ended.exit_code == 0, ended.err);
    CHECK(ended.out == "LG003 conflict: visit-7 is at version 1 1\n7 visit.opened {'ward': 3}\n");
}

TEST_CASE("no role but the writer can leave a gap, or put a key into a wrong log")
{
    const tests::temporary_database database;
    connection(database.dsn()).execute(R"sql(
        select annals.append('sample', 'S-1', '{a,b}', array['{}', '{}']::json[]);
        select annals.append('sample', 'S-2', '{a}', array['{}']::json[]))sql");
    const std::vector<std::string> attacks{
        row_in_a_wrong_log_behind_a_gap,
        "insert into annals.logs (category, partition) values ('sample', 8)",
        "insert into annals.categories values ('other', 3)",
        "update annals.events set position = position + 10",
        "update annals.logs set partition = 7 - partition",
        "update annals.categories set partitions = 4",
        "delete from annals.events where position = 1",
        "truncate annals.events",
        "copy annals.events from program 'true'",
        "alter table annals.events disable trigger all",
        "drop trigger events_are_not_changed on annals.events",
        "create or replace function annals.partition_of(key text, partitions int) returns int language sql as 'select "
        "0'",
        "select annals.append_many(true, array[1], '{f}', '{}', '{}', '{}', array[1], array[1], array['S-9'], "
        "array[-1], "
        "array[1], "
        "array[1], array[0], array[1], array[gen_random_uuid()], array['x'], array[1::smallint], array['{}'::json], "
        "array['{}'::json], array[null::timestamptz])",
        "select annals.append_events('{sample}', '{S-9}', '{-1}', '{1}', '{a}', array['{}'::json], null, null, null, "
        "null, "
        "null, false, false)",
        "select annals.append_streams('{sample}', '{S-1}', '{a}', '[{}]', '{sample}', '{S-1}', '{7}')",
        "select annals.append('sample', '', '{a}', array['{}']::json[])",
        "select annals.append('sample', 'S-1', '{}', '{}')",
        "select annals.append('sample', 'S-1', '{a,b}', array['{}']::json[])",
        "select annals.append('sample', 'S-1', '{a}', array['{}']::json[], 7)",
        "select annals.append('sample', 'S-1', '{a}', array['{}']::json[], -3)",
        "select annals.append('sample', 'S-1', array['a', null], array['{}', '{}']::json[])",
        "select annals.append('sample', 'S-1', array['a', 'b'], array['{}', null]::json[])",
        "select annals.append('sam-ple', 'S-1', '{a}', array['{}']::json[])",
        "select annals.ensure_category('sample', 4)",
        "begin isolation level serializable; select annals.append('sample', 'S-1', '{a}', array['{}']::json[])"};

    const std::vector<std::vector<std::string>> granted{{},
                                                        {"annals_appender"},
                                                        {"annals_projector"},
                                                        {"annals_reader"},
                                                        {"annals_analyst"},
                                                        {"annals_auditor"},
                                                        {"annals_archiver"}};
    for (const auto& roles : granted) {
        const tests::login_user user(database, "somebody", roles);
        const auto role = roles.empty() ? "no role" : roles.front();
        connection session(user.dsn());
        for (const auto& attack : attacks) {
            CHECK_MESSAGE(!refusal(session, attack).empty(), (role + ": " + attack));
            refusal(session, "rollback");
        }
        refusal(session, "begin; select annals.append('sample', 'S-1', '{a}', array['{}']::json[]); rollback");
        refusal(session,
                "select annals.append_streams('{sample,other,sample}', '{S-1,S-2,S-4}', '{a,b,c}', '[{},{},{}]')");
        refusal(session, "set search_path = public; select annals.append('sample', 'S-3', '{a}', array['{}']::json[])");
        CHECK(defects(database) == 0);
    }

    const std::vector<std::string> writing{"annals_writer"};
    const tests::login_user writer(database, "writer", writing);
    connection session(writer.dsn());
    CHECK(refusal(session, row_in_a_wrong_log_behind_a_gap).empty());
    CHECK(defects(database) == 2);
}
