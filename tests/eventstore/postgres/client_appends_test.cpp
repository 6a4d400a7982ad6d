// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <regex>
#include <thread>

using namespace annals;
using namespace annals::libpq;

namespace {

/// What psql or another language can do: a login that may only call the functions.
struct client {
    explicit client(const tests::temporary_database& of) : session(of.dsn())
    {
        session.execute(R"sql(
            set role annals_appender;
            create function pg_temp.problem(statement text, out state text, out message text, out detail text)
            language plpgsql as $$
            begin
                execute statement;
            exception when others then
                get stacked diagnostics state = returned_sqlstate, message = message_text, detail = pg_exception_detail;
            end
            $$)sql");
    }

    /// The rows, each as PostgreSQL writes a row; or the SQLSTATE of the refusal.
    auto rows(const std::string& columns, const std::string& call) -> std::string
    {
        try {
            return session
                .query("select coalesce(string_agg(r::text, ' '), '') from (select " + columns + " from annals." + call
                       + ") r")
                .get<std::string>(0, 0);
        } catch (const statement_error& problem) {
            return problem.sqlstate();
        }
    }
    auto problem(const std::string& what, const std::string& call) -> std::string
    {
        parameters given;
        given.add((call.starts_with("call ") ? "" : "select * from annals.") + call);
        return session.query("select coalesce(" + what + ", '') from pg_temp.problem($1)", given)
            .get<std::string>(0, 0);
    }

    connection session;
};

struct database_and_client : client {
    database_and_client() : database_and_client(std::make_unique<tests::temporary_database>()) {}
    explicit database_and_client(std::unique_ptr<tests::temporary_database> made)
        : client(*made), database(std::move(made))
    {}

    std::unique_ptr<tests::temporary_database> database;
};

const std::string versions = "category, key, first_version, last_version, duplicate";
const std::string transfer = "append_streams('{account,account,customer}', '{A-1,A-2,C-1}', '{sent,received,noted}', "
                             "array['{\"n\":1}', '{\"n\":2}', '{\"n\":3}']";

auto wakes(connection& listening) -> bool
{
    return listening.wait_for_notification(std::chrono::steady_clock::now() + std::chrono::seconds{20});
}

}  // namespace

TEST_CASE("one call appends to several streams, with checks on others, or stores nothing")
{
    database_and_client other;
    CHECK(other.rows(versions, transfer + ", '{account,account,limit}', '{A-1,A-2,L-1}', '{0,0,0}')")
          == "(account,A-1,1,1,f) (account,A-2,1,1,f) (customer,C-1,1,1,f)");
    CHECK(other.rows("first_version", "append('limit', 'L-1', '{set}', '[{}]')") == "(1)");
    CHECK(other.rows(versions, transfer + ", '{account,account,limit}', '{A-1,A-2,L-1}', '{1,1,0}')") == "LG003");
    CHECK(other.rows(versions, transfer + ", '{limit}', '{L-1}', '{-2}')")
          == "(account,A-1,2,2,f) (account,A-2,2,2,f) (customer,C-1,2,2,f)");
    CHECK(other.rows("key, version, data", "read_category('account')")
          == "(A-1,1,\"{\"\"n\"\":1}\") (A-2,1,\"{\"\"n\"\":2}\") (A-1,2,\"{\"\"n\"\":1}\") "
             "(A-2,2,\"{\"\"n\"\":2}\")");
}

TEST_CASE("a stream's events keep the order in which one call names them, even between others")
{
    database_and_client other;
    CHECK(other.rows(versions + ", token",
                     "append_streams('{a,b,a,b}', '{1,2,1,2}', '{a1,b1,a2,b2}', "
                     "array['{}','{}','{}','{}'], schema_versions => array[1,2,3,4], "
                     "metadata => array['{\"a\":1}','{}','{\"a\":2}','{}'], "
                     "occurred_at => array['2026-01-01Z',null,'2026-01-02Z',null]::timestamptz[])")
          == "(a,1,1,2,f,a/7@2) (b,2,1,2,f,b/0@2)");
    CHECK(other.rows("type, schema_version, metadata->>'a', extract(day from occurred_at at time zone 'utc')",
                     "read_stream('a', '1')")
          == "(a1,1,1,1) (a2,3,2,2)");
    CHECK(other.rows("type, schema_version, metadata->>'a', occurred_at", "read_stream('b', '2')")
          == "(b1,2,,) (b2,4,,)");
}

TEST_CASE("appends to the same streams in opposite order do not deadlock, new categories included")
{
    const tests::temporary_database database;
    std::atomic<int> appended = 0;
    const auto append = [&](const std::string& categories) {
        client other(database);
        for (int n = 0; n < 50; ++n) {
            const auto generation = std::to_string(n / 10);
            const auto names = std::regex_replace(categories, std::regex("N"), generation);
            if (other.rows("key", "append_streams('" + names + "', '{k,k,k}', '{a,a,a}', '[{},{},{}]')").size() > 5)
                ++appended;
        }
    };
    {
        const std::jthread one(append, "{aN,bN,cN}");
        const std::jthread two(append, "{cN,bN,aN}");
    }
    CHECK(appended == 100);
}

TEST_CASE("DETAIL has the stream's version, the used id, and the number of partitions")
{
    database_and_client other;
    other.rows("token", "append('sample', 'S-1', '{a,b}', '[{},{}]', ids => array["
                        "'01890000-0000-7000-8000-000000000001','01890000-0000-7000-8000-000000000002']::uuid[])");
    const auto detail = [&](const std::string& path, const std::string& call) {
        return other.problem("state || ' ' || (detail::json #>> '{" + path + "}')", call);
    };
    const std::string stale = "append('sample', 'S-1', '{a}', '[{}]', 7)";
    CHECK(detail("version", stale) == "LG003 2");
    CHECK(detail("expected_version", stale) == "LG003 7");
    CHECK(detail("key", stale) == "LG003 S-1");
    const auto both = transfer + ", '{account,sample,sample}', '{A-1,S-1,S-2}', '{0,5,-2}')";
    CHECK(detail("key", both) == "LG003 S-1");
    CHECK(detail("also,0,key", both) == "LG003 S-2");
    CHECK(detail("also,0,version", both) == "LG003 0");
    CHECK(detail("event_id", "append('sample', 'S-1', '{other}', '[{}]', 0, ids => "
                             "array['01890000-0000-7000-8000-000000000001']::uuid[])")
          == "LG004 01890000-0000-7000-8000-000000000001");
    CHECK(detail("partitions", "ensure_category('sample', 5)") == "LG001 8");
    CHECK(other.problem("message", stale) == "conflict: sample-S-1 is at version 2");
    CHECK(other.problem("state", "append('sample', 'S-1', '{a}', '[{}]', 9223372036854775807)") == "LG003");
}

TEST_CASE("the result of an append names versions, positions and ids, even for a duplicate")
{
    database_and_client other;
    const std::string all = "first_version, last_version, first_position, last_position, token, duplicate, "
                            "event_ids = array(select id from annals.read_stream('sample', 'S-1') order by version)";
    const std::string once = "append('sample', 'S-1', '{a,b}', '[{},{}]', idempotency_key => 'once')";
    // A statement does not see what it appends.
    CHECK(other.rows("first_position, last_position, cardinality(event_ids)", once) == "(1,2,2)");
    CHECK(other.rows(all, once) == "(1,2,1,2,sample/1@2,t,t)");
    const std::string with_ids =
        "append('sample', 'S-2', '{a}', '[{}]', 0, ids => array['01890000-0000-7000-8000-000000000003']::uuid[])";
    CHECK(other.rows("event_ids, duplicate", with_ids) == "({01890000-0000-7000-8000-000000000003},f)");
    CHECK(other.rows("event_ids, duplicate", with_ids) == "({01890000-0000-7000-8000-000000000003},t)");

    const auto keyed = transfer + ", idempotency_key => 'transfer 1')";
    const auto first = other.rows("key, first_position, token, event_ids", keyed);
    CHECK(other.rows("key, first_position, token, event_ids", keyed) == first);
    CHECK(other.rows(versions, keyed) == "(account,A-1,1,1,t) (account,A-2,1,1,t) (customer,C-1,1,1,t)");
    CHECK(other.rows("key", "append_streams('{account}', '{A-7}', '{other}', '[{}]', idempotency_key => 'transfer 1')")
          == "LG005");
}

TEST_CASE("the library and the SQL API refuse an id that was used for other content, time or metadata")
{
    database_and_client other;
    const std::string id = "ids => array['01890000-0000-7000-8000-000000000001']::uuid[]";
    const auto one = [&](const std::string& data, const std::string& more) {
        return "append('s', '1', '{a}', '" + data + "', 0, " + id + more + ")";
    };
    const auto several = [&](const std::string& data, const std::string& more) {
        return "append_streams('{s}', '{1}', '{a}', '" + data + "', '{s}', '{1}', '{0}', " + id + more + ")";
    };
    CHECK(other.rows("duplicate", one("[{}]", "")) == "(f)");
    for (const auto& [data, more, answer] :
         std::vector<std::array<std::string, 3>>{{"[{}]", "", "(t)"},
                                                 {"[{\"n\":1}]", "", "LG004"},
                                                 {"[{}]", ", metadata => '[{\"by\":1}]'", "LG004"},
                                                 {"[{}]", ", occurred_at => '{2026-01-01}'", "LG004"},
                                                 {"[{}]", ", schema_versions => '{2}'", "LG004"}}) {
        CHECK_MESSAGE(other.rows("duplicate", one(data, more)) == answer, (data + more));
        CHECK_MESSAGE(other.rows("duplicate", several(data, more)) == answer, (data + more));
    }
}

TEST_CASE("documents may be arrays of json, jsonb or text, a JSON array, or the text of either")
{
    database_and_client other;
    const std::vector<std::string> forms{"array['{\"n\": 1}', '{}']::json[]",
                                         "array['{\"n\": 1}', '{}']::jsonb[]",
                                         "array['{\"n\": 1}', '{}']::text[]",
                                         "array['{\"n\": 1}', '{}']::varchar[]",
                                         "'[{\"n\": 1}, {}]'::json",
                                         "'[{\"n\": 1}, {}]'::jsonb",
                                         "'[{\"n\": 1}, {}]'",
                                         "' [{\"n\": 1}, {}]'::varchar",
                                         R"('{"{\"n\": 1}","{}"}')",
                                         R"('[0:1]={"{\"n\": 1}","{}"}')"};
    for (const auto& form : forms) {
        CHECK_MESSAGE(other.rows("last_version - first_version",
                                 "append('form', 'one', '{a,b}', " + form + ", metadata => " + form + ")")
                          == "(1)",
                      form);
        CHECK_MESSAGE(
            other.rows("last_version - first_version",
                       "append_streams('{form,form}', '{many,many}', '{a,b}', " + form + ", metadata => " + form + ")")
                == "(1)",
            form);
    }
    for (const std::string key : {"one", "many"})
        CHECK(other.rows("data->>'n', metadata->>'n', count(*)",
                         "read_stream('form', '" + key + "') group by 1, 2 order by 1")
              == "(1,1,10) (,,10)");
    for (const std::string wrong :
         {"array[1, 2]", "'{}'::json", "'3'::jsonb", "1", "null::json[]", "null", "'[{}]'", "'[]'"})
        CHECK_MESSAGE(other.rows("token", "append('form', 'wrong', '{a,b}', " + wrong + ")") == "LG002", wrong);
    CHECK(other.rows("token", "append('form', 'wrong', '{a,b}', array['{', '}'])") == "22P02");
}

TEST_CASE("whole numbers and arrays of them are accepted, whatever their width")
{
    database_and_client other;
    for (const std::string type : {"smallint", "int"})
        CHECK(other.rows("last_version", "append('n', '" + type + "', '{a,b}', '[{},{}]', 0::" + type
                                             + ", schema_versions => array[1, 2]::" + type + "[])")
              == "(2)");
    for (const std::string type : {"smallint[]", "int[]", "bigint[]"}) {
        CHECK(other.rows("count(*)", "read_category('n', array_fill(1, array[8])::" + type
                                         + ", array_fill(9, array[8])::" + type + ")")
              == "(3)");
        CHECK(other.rows("key", "append_streams('{m}', '{" + type + "}', '{a}', '[{}]', '{m}', '{" + type
                                    + "}', array[0]::" + type + ")")
              == "(" + type + ")");
    }
    CHECK(other.rows("count(*)", "read_category('n', array_fill(-9223372036854775808, array[8]), backwards => true)")
          == "(4)");
    CHECK(other.rows("count(*)", "read_category('n', array_fill(9223372036854775807, array[8]))") == "(0)");
}

TEST_CASE("an append that makes no sense is refused with a sentence that says why, and stores nothing")
{
    database_and_client other;
    const std::vector<std::pair<std::string, std::string>> refused{
        {"append('s', 'k', '{}', '[]')", "an append without events"},
        {"append('s', 'k', null, '[]')", "types must not be null"},
        {"append('s', 'k', array_fill('a'::text, '{1001}'), '[]')", "an append of 1001 events; the limit is 1000"},
        {"append('s', 'k', '{a,b}', '[{}]')",
         "the arrays do not have the same length: each has an element for each event"},
        {"append('s', 'k', '{a}', '[{}]', schema_versions => '{1,2}')",
         "the arrays do not have the same length: each has an element for each event"},
        {"append('s', 'k', '{{a,b}}', '[{},{}]')", "an array of arrays: each array has an element for each event"},
        {"append('s', 'k', array['a', null], '[{},{}]')", "the type of an event is empty"},
        {"append('s', 'k', '{a,b}', array['{}', null])", "b: the payload is not a JSON object"},
        {"append('s', 'k', '{a,b}', '[{},{}]', metadata => '[{}, 7]')", "b: the metadata is not a JSON object"},
        {"append('s', 'k', '{a}', '[{}]', ids => array[null]::uuid[])", "a: an event has an id"},
        {"append('s', 'k', '{a}', '[{}]', schema_versions => '{0}')", "a schema version is 1 to 32767"},
        {"append('s', 'k', '{a}', '[{}]', schema_versions => array[40000])", "a schema version is 1 to 32767"},
        {"append('s', 'k', '{a}', '[{}]', schema_versions => array[null]::int[])", "a schema version is 1 to 32767"},
        {"append('s', 'k', '{a}', '[{}]', null)", "an expected version is a version, -1 (any) or -2 (exists)"},
        {"append('s', 'k', '{a}', '[{}]', -3)", "an expected version is a version, -1 (any) or -2 (exists)"},
        {"append('s', null, '{a}', '[{}]')", "key must not be null"},
        {"append('s', 'k', '{a}', '[{}]', idempotency_key => '')", "the idempotency key is empty"},
        {"append('s', 'k', '{a}', 7)", "data is an array of json, jsonb or text, or a JSON array, not integer"},
        {"append('s', 'k', '{a}', '{}'::json)", "data is not an array of JSON objects, one for each event"},
        {"append_streams('{s}', '{k,l}', '{a,b}', '[{},{}]')",
         "categories and keys have an element for each event, the stream that it goes to"},
        {"append_streams('{s}', null, '{a}', '[{}]')", "keys must not be null"},
        {"append_streams('{s}', '{k}', '{a}', '[{}]', '{s}', '{k,l}', '{0}')",
         "expected_categories, expected_keys and expected_versions do not have the same length"},
        {"append_streams('{s}', '{k}', '{a}', '[{}]', '{s,s}', '{k,k}', '{0,0}')", "s-k has two expected versions"},
        {"append_streams('{s}', '{k}', '{a}', '[{}]', '{s}', '{k}', array[null]::bigint[])",
         "an expected version is a version, -1 (any) or -2 (exists)"},
        {"append_streams('{s}', '{k}', '{a}', '[{}]', array[null], '{k}', '{0}')", "category must not be null"},
        {"append_streams('{s}', array[null], '{a}', '[{}]')", "the key is empty"},
        {"read_category('s', members => null)", "a group has 1 member or more, not null"},
        {"read_category('s', member => null)", "a member of a group of 1 is one of 0 to 0, not null"},
        {"read_category('s', member => 2, members => 2)", "a member of a group of 2 is one of 0 to 1, not 2"}};
    for (const auto& [call, message] : refused)
        CHECK_MESSAGE(other.problem("state || ' ' || message", call) == "LG002 " + message, call);
    CHECK(other.rows("category", "list_categories()").empty());
}

TEST_CASE("a payload that a quick look cannot decide is checked in detail")
{
    database_and_client other;
    const auto append = [&](const std::string& payload) {
        return other.rows("count(*)", "append('s', 'k', '{a}', array[$payload$" + payload + "$payload$::json])");
    };
    std::string brackets;
    for (int n = 0; n < 40; ++n) brackets += "{[";
    const std::string digits(400, '7');
    for (const auto& fine : std::vector<std::string>{
             R"({"a:": 1, "a": "x:y:z", "b": {"a": ":"}})", R"({"a": "\\u003a", "b": "\u003A", "\u003a": 1})",
             R"({"a": "\u003c\u003e"})", R"({"a": ")" + brackets + R"("})",
             R"({"a": ")" + digits + R"(", "b": "1e400"})", R"({"a": 1e2, "b": 100, "c": [{"a": 1}, {"a": 1}]})"})
        CHECK_MESSAGE(append(fine) == "(1)", fine);
    for (const auto& wrong : std::vector<std::string>{
             R"({"a": {"b": ":", "b": "::"}})", R"({"a\u003a": 1, "a:": 2})", R"({"a:": "\u003a\u003a", "\u0061:": 2})",
             R"({"a": [[{"b": 1, "b": 1}]], "c": "\u003a"})", R"({"a": "\u0000"})"})
        CHECK_MESSAGE(append(wrong) == "LG002", wrong);
    CHECK(other.problem("message",
                        "append('s', 'k', '{a,b,c}', array['{}', '{\"n\": 1, \"n\": 1}', '{\"m\": \"\\u0000\"}'])")
          == "b: the payload holds a member twice in one object");
}

TEST_CASE("arrays with another lower bound than 1 are stored as they are")
{
    database_and_client other;
    CHECK(other.rows("event_ids[2]",
                     "append('s', 'k', '[0:1]={a,b}', '[5:6]={\"{}\",\"{}\"}'::json[], schema_versions => "
                     "'[7:8]={1,2}', ids => '[-1:0]={01890000-0000-7000-8000-000000000001,"
                     "01890000-0000-7000-8000-000000000002}')")
          == "(01890000-0000-7000-8000-000000000002)");
    CHECK(other.rows("type, schema_version", "read_stream('s', 'k')") == "(a,1) (b,2)");
}

TEST_CASE("an append notifies listeners when asked to, and not otherwise")
{
    database_and_client other;
    connection listening(other.database->dsn());
    listening.execute("listen annals_log");
    other.rows("token", "append('s', 'k', '{a}', '[{}]', 0)");
    CHECK(!listening.wait_for_notification(std::chrono::steady_clock::now() + std::chrono::milliseconds{50}));
    CHECK(other.rows("first_version", "append('s', 'k', '{a}', '[{}]', announce => true)") == "(2)");
    CHECK(wakes(listening));
    CHECK(other.rows("key", "append_streams('{s}', '{k}', '{a}', '[{}]', announce => true)") == "(k)");
    CHECK(wakes(listening));
}

TEST_CASE("a client lists the categories and their partitions")
{
    database_and_client other;
    other.rows("1", "ensure_category(category => 'visit', partitions => 3)");
    other.rows("token", "append('sample', 'S-1', '{a}', '[{}]')");
    CHECK(other.rows("category, partitions", "list_categories()") == "(sample,8) (visit,3)");
}

TEST_CASE("each function has the parameters that the page names, and is called by them")
{
    database_and_client other;
    std::ifstream file("docs/reference/sql-api.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    const std::regex row{R"(\n\| `((?:call )?annals\.\w+)\(([^)]*)\)` \|)"};
    int functions = 0;
    for (std::sregex_iterator each(page.begin(), page.end(), row), end; each != end; ++each, ++functions) {
        const auto names = std::regex_replace((*each)[2].str(), std::regex(",? ?…"), "");
        const auto call = (*each)[1].str() + "(" + std::regex_replace(names, std::regex(R"(\w+)"), "$& => null") + ")";
        const auto state = other.problem("state", call.starts_with("call ") ? call : call.substr(7));
        CHECK_MESSAGE((state.empty() || !state.starts_with("42")), (call + ": " + state));
    }
    CHECK(functions > 10);
}

TEST_CASE("a client that waits for a log with a time limit is refused, and can continue")
{
    database_and_client other;
    other.rows("token", "append('s', 'k', '{a}', '[{}]')");
    connection slow(other.database->dsn());
    slow.execute("begin; select annals.append('s', 'k', '{a}', '[{}]')");
    other.session.execute("set lock_timeout = '20ms'");
    CHECK(other.rows("token", "append('s', 'k', '{a}', '[{}]')") == "55P03");
    other.session.execute("set lock_timeout = 0; set statement_timeout = '20ms'");
    CHECK(other.rows("token", "append_streams('{s}', '{k}', '{a}', '[{}]')") == "57014");
    other.session.execute("set statement_timeout = 0");
    slow.execute("rollback");
    CHECK(other.rows("first_version, first_position", "append('s', 'k', '{a}', '[{}]')") == "(2,2)");
    for (const std::string level : {"repeatable read", "serializable"}) {
        other.session.execute("begin isolation level " + level);
        CHECK(other.rows("token", "append_streams('{s}', '{k}', '{a}', '[{}]')") == "25001");
        other.session.execute("rollback");
    }
}
