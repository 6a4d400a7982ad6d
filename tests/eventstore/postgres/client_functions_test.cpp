// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/payload_check.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/eventstore/payload_corpus.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::eventstore::postgres;
using namespace annals::libpq;

namespace {

/// What psql or another language can do: a login that may only call the functions.
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

TEST_CASE("a client without the library gets conflicts and learns of ids used before")
{
    client other;
    const std::string id = "array['01890000-0000-7000-8000-000000000001']::uuid[]";
    const auto with_id = [&](const std::string& data) {
        return "'sample', 'S-1', '{a}', array['" + data + "']::json[], 0, null, " + id;
    };
    CHECK(other.append(with_id("{}")) == "1-1 sample/1@1");
    CHECK(other.append(with_id("{}")) == "1-1 sample/1@1 again");
    CHECK(other.append(with_id("{\"n\":1}")) == "LG004");
    const auto since = ", null, array['2024-02-29Z']::timestamptz[]";
    CHECK(other.append(with_id("{}") + since) == "LG004");
    CHECK(other.append("'sample', 'S-1', '{a}', array['{}']::json[], 0, array['{\"a\":1}']::json[], " + id) == "LG004");
    CHECK(other.append("'sample', 'S-1', '{a}', array['{}']::json[], -1, null, " + id + ", resend => true")
          == "1-1 sample/1@1 again");
    CHECK(other.append("'sample', 'S-1', '{b}', array['{}']::json[], -1, null, " + id + ", resend => true") == "LG004");
    CHECK(other.append("'sample', 'S-1', '{a}', array['{}']::json[], 0") == "LG003");
    CHECK(other.append("'sample', 'S-2', '{a}', array['{}']::json[], -2") == "LG003");
    const auto once = "'sample', 'S-2', '{a}', array['{}']::json[], idempotency_key => 'once'";
    const auto first = other.append(once);
    CHECK(other.append(once) == first + " again");
}

TEST_CASE("a client without the library learns what an idempotency key was used for before")
{
    client other;
    const auto under_the_key = [&](const std::string& stream, const std::string& types, const std::string& data) {
        return "'sample', '" + stream + "', '" + types + "', array['" + data
               + "']::json[], idempotency_key => 'once', metadata => array[json_build_object('at', clock_timestamp())]";
    };
    const auto first = other.append(under_the_key("S-2", "{a}", "{}"));
    CHECK(other.append(under_the_key("S-2", "{a}", "{}")) == first + " again");
    CHECK(other.append(under_the_key("S-3", "{a}", "{}")) == "LG005");
    CHECK(other.append(under_the_key("S-2", "{b}", "{}")) == "LG005");
    CHECK(other.append(under_the_key("S-2", "{a}", "{\"n\":1}")) == "LG005");
    try {
        other.session.query("select annals.append(" + under_the_key("S-3", "{a}", "{}") + ")");
        FAIL("it was not refused");
    } catch (const statement_error& problem) {
        CHECK(std::string(problem.what()).find("\"once\" was used for another request already: sample-S-2 version 1")
              != std::string::npos);
    }
}

TEST_CASE("the library and a client without it agree on what an idempotency key was used for")
{
    client other;
    const auto store = open_store({.dsn = other.database.dsn()});
    const eventstore::new_event first{.type = "a", .data = R"({"n": 1})"};
    const eventstore::new_event second{.type = "b", .schema_version = 2};
    REQUIRE(store->append({.streams = {{{"sample", "S-2"}, {}, {first, second}}}, .idempotency_key = "once"}));
    const auto by_function = [&](const std::string& data) {
        return other.append("'sample', 'S-2', '{a,b}', array['" + data
                            + "', '{}']::json[], schema_versions => '{1,2}', idempotency_key => 'once'");
    };
    CHECK(by_function("{\"n\": 1}").ends_with(" again"));
    CHECK(by_function("{\"n\": 2}") == "LG005");
}

TEST_CASE("an append of such a client is on disk when confirmed, whatever its session had switched off")
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

TEST_CASE("a number with an extreme exponent is accepted in the library and in SQL, or refused with the same words")
{
    client other;
    for (const std::string number : {"0e999999", "-0.0e+99999", "0e1073741822", "0e1073741823", "0e-16383", "0e-16384",
                                     "0.0e-16383", "1e-16383", "1e-16384", "1e308", "1e309", "1e131071", "1e131072",
                                     "0.1e131072", "0.1e131073", "1e200000", "1e999999999999", "1e-999999999999"}) {
        const auto payload = R"({"n":)" + number + "}";
        const auto fault = eventstore::fault_of_payload(payload);
        const auto said = [&]() -> std::string {
            try {
                other.session.query("select annals.append('sample', 'S-1', '{a}', '[" + payload + "]')");
                return "";
            } catch (const statement_error& problem) {
                return problem.what();
            }
        }();
        CHECK_MESSAGE(said == (fault ? "a: the payload " + *fault + " (SQLSTATE LG002)" : ""), number);
        if (!fault && number.find_first_of("123456789") > number.find('e'))
            CHECK_MESSAGE(other.session.query("select ('" + payload + "'::jsonb->'n')::numeric = 0").get<bool>(0, 0),
                          number);
    }
}

TEST_CASE("the SQL function refuses the payloads that the library refuses, and no others")
{
    client other;
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
    for (const auto& [what, payload, accepted] : tests::payload_corpus())
        CHECK_MESSAGE(is_refused(payload) != accepted, what);
    CHECK_NOTHROW(connection(other.database.dsn()).query("select data::jsonb, metadata::jsonb from annals.events"));
}
