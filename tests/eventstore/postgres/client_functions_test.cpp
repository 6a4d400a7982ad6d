// SPDX-License-Identifier: Apache-2.0
#include <eventstore/payload_check.hpp>
#include <eventstore/postgres/connection.hpp>
#include <eventstore/postgres/postgres_store.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::eventstore::postgres;

namespace {

/// What psql or another language sees: a login that may only call the functions.
struct client {
    client() { session.execute("set role annals_appender"); }

    auto append(const std::string& arguments) -> std::string
    {
        try {
            return session
                .query("select first_version || '-' || last_version || ' ' || token || case when duplicate then ' "
                       "again' else '' end "
                       "from annals.append("
                       + arguments + ")")
                .get<std::string>(0, 0);
        } catch (const statement_error& problem) {
            return problem.sqlstate();
        }
    }

    tests::temporary_database database;
    connection session{database.dsn()};
};

}  // namespace

TEST_CASE("a client without the library appends where the library reads")
{
    client other;
    CHECK(other.append("'sample', 'S-1', '{a,b}', array['{}','{\"n\":1}']::json[], 0") == "1-2 sample/1@2");
    CHECK(other.append("'sample', 'S-1', '{c}', array['{}']::json[], 2") == "3-3 sample/1@3");
    const auto store = open_store({.dsn = other.database.dsn()});
    const auto found = store->read({"sample", "S-1"});
    REQUIRE(found.size() == 3);
    CHECK(found[1].data == R"({"n":1})");
    CHECK(eventstore::to_string(found[0].id).at(14) == '7');
    CHECK(other.session.query("select from annals.read_stream('sample', 'S-1', 1)").size() == 2);
    CHECK(other.session.query("select from annals.read_log('sample', 1, 2)").size() == 1);
}

TEST_CASE("a client without the library is told of conflicts and of ids used before")
{
    client other;
    const std::string id = "array['01890000-0000-7000-8000-000000000001']::uuid[]";
    const auto with_id = [&](const std::string& data) {
        return "'sample', 'S-1', '{a}', array['" + data + "']::json[], 0, null, " + id;
    };
    CHECK(other.append(with_id("{}")) == "1-1 sample/1@1");
    CHECK(other.append(with_id("{}")) == "1-1 sample/1@1 again");
    CHECK(other.append(with_id("{\"n\":1}")) == "LG004");
    CHECK(other.append("'sample', 'S-1', '{a}', array['{}']::json[], 0") == "LG003");
    CHECK(other.append("'sample', 'S-2', '{a}', array['{}']::json[], -2") == "LG003");
    const auto once = "'sample', 'S-2', '{a}', array['{}']::json[], idempotency_key => 'once'";
    const auto first = other.append(once);
    CHECK(other.append(once) == first + " again");
}

TEST_CASE("what a client without the library appends is on the disk when it is confirmed, whatever it had switched off")
{
    client other;
    const auto setting = [&] {
        return other.session.query("select current_setting('synchronous_commit')").get<std::string>(0, 0);
    };
    other.session.execute("set synchronous_commit = off; begin");
    CHECK(other.append("'sample', 'S-1', '{a}', array['{}']::json[]") == "1-1 sample/1@1");
    CHECK(setting() == "on");
    other.session.execute("commit");
    CHECK(setting() == "off");
}

TEST_CASE("a client without the library cannot store what would break others")
{
    client other;
    const auto deep = [](int depth) {
        return "{\"a\":" + std::string(static_cast<std::size_t>(depth - 1), '[')
               + std::string(static_cast<std::size_t>(depth - 1), ']') + "}";
    };
    const std::string big(1 << 20, 'x');
    for (const std::string payload : {R"([])", R"("text")", R"({"a":"\u0000"})", R"({"a":"\ud800"})",
                                      R"({"a":1e200000})", R"({"a":1,"a":2})", R"({"a":{"b":[{"c":1,"c":1}]}})"})
        CHECK_MESSAGE(other.append("'sample', 'S-1', '{a}', array['" + payload + "']::json[]") == "LG002", payload);
    CHECK(other.append("'sample', 'S-1', '{a}', array['" + deep(65) + "']::json[]") == "LG002");
    CHECK(other.append("'sample', 'S-1', '{a}', array['{\"a\":\"" + big + "\"}']::json[]") == "LG002");
    CHECK(other.append("'sample', '', '{a}', array['{}']::json[]") == "LG002");
    CHECK(other.append("'sample', 'S-1', '{\"\"}', array['{}']::json[]") == "LG002");
    CHECK(other.append("'sample', 'S-1', '{a,b}', array['{}']::json[]") == "LG002");
    CHECK(other.append("'sample', e'S\\n1', '{a}', array['{}']::json[]") == "LG002");
    for (const std::string category : {"'sam/ple'", "''", "null", "repeat('c', 201)"})
        CHECK_MESSAGE(other.append(category + ", 'S-1', '{a}', array['{}']::json[]") == "LG002", category);
    for (const std::string time : {"infinity", "-infinity", "10000-01-01Z", "0002-12-31Z BC"})
        CHECK_MESSAGE(other.append("'sample', 'S-1', '{a}', array['{}']::json[], occurred_at => array['" + time
                                   + "']::timestamptz[]")
                          == "LG002",
                      time);
    CHECK(other.append("'sample', 'S-1', '{a,b}', array['{}', '{}']::json[], ids => array_fill(annals.new_id(), '{2}')")
          == "LG002");
    CHECK(connection(other.database.dsn()).query("select from annals.categories").size() == 0);
    CHECK(other.append("'sample', 'S-1', '{a}', array['" + deep(64) + "']::json[]") == "1-1 sample/1@1");
}

TEST_CASE("the SQL function refuses the payloads that the library refuses, and no others")
{
    client other;
    const auto repeated = [](std::size_t count, const std::string& text) {
        std::string all;
        for (std::size_t i = 0; i < count; ++i) all += text;
        return all;
    };
    const auto is_refused = [&](const std::string& payload) {
        try {
            parameters given;
            given.add(payload);
            other.session.query("select annals.append('sample', 'S-1', '{a}', array[$1::text::json])", given);
            return false;
        } catch (const statement_error&) {
            return true;
        }
    };
    std::vector<std::string> payloads{R"({})",
                                      " {\"a\" : 1}\n",
                                      R"({"":1})",
                                      R"({"a":-0})",
                                      R"({"a":"\/\ud83d\ude00\\u0000"})",
                                      "{\"a\":\"\x7f\"}",
                                      R"({"a":1e131071})",
                                      R"({"a":1e131072})",
                                      R"({"a":1e-16383})",
                                      R"({"a":1e-16384})",
                                      R"({"a":"\u0000"})",
                                      R"({"\u0000":1})",
                                      R"({"a":"\ud83d"})",
                                      R"({"a":"\ude00\ud83d"})",
                                      R"({"a":"\ud83d\n"})",
                                      R"({"":1,"":2})",
                                      R"({"a":1,"\u0061":2})",
                                      R"({"a":{"b":[{"c":1,"c":2}]}})",
                                      "{\"a\":\x0c"
                                      "1}",
                                      "{\"a\":\"\t\"}",
                                      "\xef\xbb\xbf{}",
                                      "{\"a\":\"\xed\xa0\x80\"}",
                                      R"({"a":NaN})",
                                      R"({"a":True})",
                                      R"({"a":1,})",
                                      R"({"a":01})",
                                      R"({"a":.1})",
                                      R"({"a":"\x"})",
                                      R"({"a":1}{})",
                                      "",
                                      "null",
                                      "7",
                                      "[]"};
    for (const std::size_t depth : {64, 65}) {
        payloads.push_back(repeated(depth, R"({"a":)") + "1" + repeated(depth, "}"));
        payloads.push_back(R"({"a":)" + repeated(depth - 1, "[") + repeated(depth - 1, "]") + "}");
    }
    for (const auto& payload : payloads)
        CHECK_MESSAGE(is_refused(payload) == eventstore::fault_of_payload(payload).has_value(), payload);
}
