// SPDX-License-Identifier: Apache-2.0
#include <tests/queries/waiting_session.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace {

/// The projection `p` follows `thing`, of two logs, and has applied 5 of log 0. The subscription `s` has applied 7
/// of it.
struct bench {
    annals::tests::temporary_database at;
    pqxx::connection connection{at.dsn()};

    bench()
    {
        pqxx::work tx(connection);
        tx.exec(R"(
            select annals.ensure_category('thing', 2), annals.ensure_category('other', 2);
            insert into annals.projections (name, version, kind, categories, definition, hash, live)
            values ('p', 1, 'sql', '{thing,later}', '', '', true), ('p', 2, 'sql', '{thing}', '', '', false);
            insert into annals.checkpoints (processor, version, log, position)
            select p.processor, p.version, l.log, p.position
            from (values ('p', 1, 5), ('p', 2, 99), ('s', 1, 6), ('s', 3, 7)) p(processor, version, position),
                 annals.logs l
            where l.category = 'thing' and l.partition = 0;)");
        tx.commit();
    }

    auto wait(const std::string& projection, const std::string& token, int timeout_ms = 20) -> std::string
    {
        pqxx::nontransaction tx(connection);
        return tx
            .exec("select annals.wait_for($1, $2, $3 * interval '1 ms')", pqxx::params{projection, token, timeout_ms})
            .one_field()
            .as<std::string>();
    }

    auto state_of_refusal(const std::string& projection, const std::string& token) -> std::string
    {
        try {
            return wait(projection, token);
        } catch (const pqxx::sql_error& refused) {
            return refused.sqlstate();
        }
    }
};

}  // namespace

TEST_CASE("an applied position is reached immediately, another one times out")
{
    bench at;
    CHECK(at.wait("p", "thing/0@5") == "reached");
    CHECK(at.wait("p", "thing/0@6") == "timed out");
    CHECK(at.wait("p", "thing/1@1") == "timed out");
    CHECK(at.wait("p", "thing/0@5,thing/1@1") == "timed out");
    CHECK(at.wait("p", "thing/0@2,thing/1@0") == "reached");
    CHECK(at.wait("p", "") == "reached");
}

TEST_CASE("the live version counts, and for a processor that is no projection the latest")
{
    bench at;
    CHECK(at.wait("p", "thing/0@99") == "timed out");
    CHECK(at.wait("s", "thing/0@7") == "reached");
    CHECK(at.wait("s", "thing/0@8") == "timed out");
}

TEST_CASE("a category that the projection follows but that has no events is waited for")
{
    bench at;
    CHECK(at.wait("p", "later/0@1") == "timed out");
}

TEST_CASE("of a token with several categories, those count that the projection follows")
{
    bench at;
    CHECK(at.wait("p", "other/1@9,thing/0@5") == "reached");
    CHECK(at.wait("p", "thing/0@6,other/1@9") == "timed out");
    CHECK(at.wait("s", "nowhere/0@1,thing/0@7") == "reached");
    CHECK(at.state_of_refusal("p", "other/0@1,other/1@1,nowhere/0@1") == "22023");
    CHECK(at.state_of_refusal("p", "thing/0@5,other/2@1") == "22023");
}

TEST_CASE("progress is seen within a few milliseconds")
{
    bench at;
    std::chrono::steady_clock::time_point applied_at;
    std::jthread applying([&] {
        pqxx::connection worker(at.at.dsn());
        annals::tests::wait_for_waiting_session(at.at.dsn());
        pqxx::nontransaction(worker).exec(
            "update annals.checkpoints set position = 6 where processor = 'p' and version = 1");
        applied_at = std::chrono::steady_clock::now();
    });
    CHECK(at.wait("p", "thing/0@6", 5000) == "reached");
    const auto seen_at = std::chrono::steady_clock::now();
    applying.join();
    CHECK(seen_at - applied_at < 1s);
}

TEST_CASE("a wait that can never end is refused")
{
    bench at;
    CHECK(at.state_of_refusal("nothing", "thing/0@1") == "22023");
    CHECK(at.state_of_refusal("p", "other/0@1") == "22023");
    CHECK(at.state_of_refusal("s", "other/0@1") == "22023");
    CHECK(at.state_of_refusal("p", "thing/2@1") == "22023");
    for (const auto* token : {"thing", "thing/0", "thing/0@", "thing/0@-1", "thing/0@1;", "thing/0@1,", ",thing/0@1",
                              "/0@1", "thing/0@99999999999999999999"})
        CHECK(at.state_of_refusal("p", token) == "22023");
}

TEST_CASE("waiting under a snapshot that never sees progress is refused")
{
    bench at;
    for (const std::string level : {"repeatable read", "serializable"}) {
        pqxx::nontransaction tx(at.connection);
        tx.exec("begin isolation level " + level);
        try {
            tx.exec("select annals.wait_for('p', 'thing/0@5')");
            FAIL("it waited");
        } catch (const pqxx::sql_error& refused) {
            CHECK(refused.sqlstate() == "25001");
        }
        tx.exec("rollback");
    }
}

TEST_CASE("analysts may wait")
{
    bench at;
    pqxx::nontransaction tx(at.connection);
    tx.exec("set role annals_analyst");
    CHECK(tx.exec("select annals.wait_for('p', 'thing/0@5')").one_field().as<std::string>() == "reached");
}

TEST_CASE("a wait for a stopped projection ends, and says why")
{
    bench at;
    {
        pqxx::work tx(at.connection);
        tx.exec(
            "insert into annals.processor_states (processor, version, state, reason) values ('p', 1, 'stopped', 'no')");
        tx.commit();
    }
    CHECK(at.wait("p", "thing/0@5", 60'000) == "reached");
    CHECK(at.wait("p", "thing/0@6", 60'000) == "stopped: no");
}

TEST_CASE("a wait for a parked event ends, and says why; events of other keys are reached")
{
    bench at;
    {
        pqxx::work tx(at.connection);
        tx.exec(R"(
            insert into annals.parked_keys (processor, version, log, key, events, reason)
            select 'p', 1, log, 'k', 1, 'no' from annals.logs where category = 'thing' and partition = 0;
            insert into annals.parked_events (processor, version, log, key, position, stream_version, id, type)
            select 'p', 1, log, 'k', 4, 1, gen_random_uuid(), 't' from annals.parked_keys)");
        tx.commit();
    }
    CHECK(at.wait("p", "thing/0@4", 60'000) == "parked: no");
    CHECK(at.wait("p", "thing/0@5", 60'000) == "reached");
}

namespace {

auto call(pqxx::connection& connection, const std::string& words) -> std::string
{
    pqxx::nontransaction tx(connection);
    return tx.exec("call annals.wait(" + words + ")").one_field().as<std::string>();
}

}  // namespace

TEST_CASE("called as a procedure, it has the same outcomes under any isolation")
{
    bench at;
    CHECK(call(at.connection, "'p', 'thing/0@5'") == "reached");
    CHECK(call(at.connection, "'p', 'thing/0@6', '20 ms'") == "timed out");
    CHECK(call(at.connection, "'p', ''") == "reached");
    CHECK_THROWS_AS(call(at.connection, "'nothing', 'thing/0@5'"), pqxx::sql_error);
    CHECK_THROWS_AS(call(at.connection, "'p', 'thing/2@5'"), pqxx::sql_error);
    CHECK_THROWS_AS(call(at.connection, "'p', 'other/0@5'"), pqxx::sql_error);
    CHECK_THROWS_AS(call(at.connection, "'p', 'no token'"), pqxx::sql_error);
    at.connection.set_session_var("default_transaction_isolation", "repeatable read");
    std::jthread applying([&] {
        pqxx::connection worker(at.at.dsn());
        annals::tests::wait_for_waiting_session(at.at.dsn());
        pqxx::nontransaction(worker).exec("update annals.checkpoints set position = 6 where processor = 'p'");
    });
    CHECK(call(at.connection, "'p', 'thing/0@6', '60 s'") == "reached");
}

TEST_CASE("the procedure says so when it is called in a transaction block or a function")
{
    bench at;
    pqxx::nontransaction tx(at.connection);
    for (const std::string before : {"begin", "begin isolation level repeatable read"}) {
        tx.exec(before);
        CHECK_THROWS_WITH_AS(tx.exec("call annals.wait('p', 'thing/0@5')"),
                             doctest::Contains("cannot be called in a transaction block"), pqxx::sql_error);
        tx.exec("rollback");
    }
    CHECK_THROWS_WITH_AS(tx.exec("create function pg_temp.f() returns void language plpgsql as "
                                 "$$declare o text; begin call annals.wait('p', 'thing/0@5', '1 s', o); end$$; "
                                 "select pg_temp.f()"),
                         doctest::Contains("in a transaction block or a function"), pqxx::sql_error);
}

TEST_CASE("a wait by the procedure holds no snapshot for long, and one in a statement does")
{
    const auto oldest_of = [](const std::string& words) {
        bench at;
        pqxx::connection waiting(at.at.dsn());
        std::jthread reader([&] {
            try {
                pqxx::nontransaction(waiting).exec(words);
            } catch (const pqxx::failure&) {
                // It is ended below.
            }
        });
        pqxx::nontransaction tx(at.connection);
        const auto xmin = [&] {
            return tx.query_value<std::optional<std::int64_t>>(
                "select backend_xmin::text::bigint from pg_stat_activity where pid = "
                + std::to_string(waiting.backendpid()) + " and state = 'active' and wait_event = 'PgSleep'");
        };
        std::optional<std::int64_t> first;
        while (!first) {
            try {
                first = xmin();
            } catch (const pqxx::unexpected_rows&) {
                // It does not sleep yet.
            }
        }
        const auto began = std::chrono::steady_clock::now();
        bool is_same = true;
        while (is_same && std::chrono::steady_clock::now() - began < 3s) {
            tx.exec("update annals.checkpoints set updated_at = now()");
            try {
                is_same = xmin().value_or(*first) == *first;
            } catch (const pqxx::unexpected_rows&) {
                // It looks.
            }
        }
        tx.exec("select pg_terminate_backend(" + std::to_string(waiting.backendpid()) + ")");
        return is_same;
    };
    CHECK(oldest_of("select annals.wait_for('p', 'thing/0@6', '60 s')"));
    CHECK_FALSE(oldest_of("call annals.wait('p', 'thing/0@6', '60 s')"));
}
