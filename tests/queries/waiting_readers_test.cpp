// SPDX-License-Identifier: Apache-2.0
#include <annals/queries/database.hpp>
#include <annals/queries/errors.hpp>
#include <tests/queries/waiting_session.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace annals;
using namespace std::chrono_literals;

namespace {

/// `p` follows `thing`, of four logs, and has applied nothing.
struct bench {
    tests::temporary_database at;
    pqxx::connection connection{at.dsn()};
    queries::database database{at.dsn(), 2};

    bench()
    {
        pqxx::work tx(connection);
        tx.exec(R"(
            select annals.ensure_category('thing', 4);
            insert into annals.projections (name, version, kind, categories, definition, hash, live)
            values ('p', 1, 'sql', '{thing}', '', '', true), ('q', 1, 'sql', '{thing}', '', '', true);
            insert into annals.checkpoints (processor, version, log)
            select p, 1, l.log from (values ('p'), ('q')) p (p), annals.logs l)");
        tx.commit();
    }

    void apply(int position)
    {
        pqxx::nontransaction(connection)
            .exec("update annals.checkpoints set position = $1 where processor = 'p'", pqxx::params{position});
    }
    void set_state(const std::string& state)
    {
        pqxx::nontransaction(connection)
            .exec("insert into annals.processor_states (processor, version, state, reason) values ('p', 1, $1, 'no') "
                  "on conflict (processor, version) do update set state = excluded.state",
                  pqxx::params{state});
    }
    auto sessions() -> int
    {
        return pqxx::nontransaction(connection)
            .query_value<int>("select count(*) from pg_stat_activity "
                              "where datname = current_database() and backend_type = 'client backend'");
    }
};

auto token(int log, int position)
{
    return eventstore::parse_token("thing/" + std::to_string(log) + "@" + std::to_string(position));
}

}  // namespace

TEST_CASE("many waiting readers share one session, and each continues when its wait is over")
{
    bench at;
    constexpr int readers = 32;
    std::atomic<int> early = 0, through = 0;
    std::atomic<int> applied = 0;
    std::vector<std::jthread> threads;
    for (int n = 0; n < readers; ++n)
        threads.emplace_back([&, n] {
            const int wanted = 1 + n / 4;
            at.database.wait_for("p", after(token(n % 4, wanted), 60s));
            if (applied < wanted) ++early;
            ++through;
        });
    const auto before = at.sessions();
    while (at.sessions() < 2) std::this_thread::sleep_for(1ms);
    CHECK(before <= 2);
    for (int position = 1; position <= readers / 4; ++position) {
        applied = position;                      // first: a reader may be faster than this thread
        at.apply(position);
        while (through < 4 * position) std::this_thread::sleep_for(1ms);
    }
    threads.clear();
    CHECK(early == 0);
    CHECK(at.sessions() == 2);
}

TEST_CASE("readers of one process get only their own outcomes")
{
    bench at;
    at.apply(1);
    std::jthread other(
        [&] { CHECK_THROWS_AS(at.database.wait_for("q", after(token(0, 1), 300ms)), queries::not_reached); });
    const auto asked_at = std::chrono::steady_clock::now();
    CHECK_NOTHROW(at.database.wait_for("p", after(token(0, 1), 60s)));
    CHECK(std::chrono::steady_clock::now() - asked_at < 30s);
    CHECK_THROWS_AS(at.database.wait_for("p", after(token(0, 2), 10ms)), queries::not_reached);
    CHECK_THROWS_AS(at.database.wait_for("nothing", after(token(0, 1), 60s)), eventstore::invalid_request);
    CHECK_THROWS_AS(at.database.wait_for("p", after(token(4, 1), 60s)), eventstore::invalid_request);
    CHECK_THROWS_AS(at.database.wait_for("p", after(eventstore::parse_token("other/0@1"), 60s)),
                    eventstore::invalid_request);
}

TEST_CASE("a reader that waits for a stopped projection learns why, immediately")
{
    bench at;
    at.set_state("stopped");
    CHECK_THROWS_WITH_AS(at.database.wait_for("p", after(token(0, 1), 60s)),
                         doctest::Contains("is stopped and will not"), queries::stopped);
    at.set_state("running");
    std::jthread stopping([&] {
        tests::wait_for_waiting_session(at.at.dsn());
        at.set_state("stopped");
    });
    CHECK_THROWS_AS(at.database.wait_for("p", after(token(0, 1), 60s)), queries::stopped);
    stopping.join();
    at.set_state("paused");
    CHECK_THROWS_WITH_AS(at.database.wait_for("p", after(token(0, 1), 10ms)), doctest::Contains("it is paused: no"),
                         queries::not_reached);
}

TEST_CASE("a reader that waits for a parked event learns why, and one that waits for another goes on")
{
    bench at;
    pqxx::nontransaction(at.connection).exec(R"(
        insert into annals.parked_keys (processor, version, log, key, events, reason)
        select 'p', 1, log, 'k', 1, 'no' from annals.logs where partition = 0;
        insert into annals.parked_events (processor, version, log, key, position, stream_version, id, type)
        select 'p', 1, log, 'k', 4, 1, gen_random_uuid(), 't' from annals.parked_keys)");
    at.apply(5);
    CHECK_NOTHROW(at.database.wait_for("p", after(token(0, 5), 60s)));
    CHECK_NOTHROW(at.database.wait_for("p", after(token(1, 4), 60s)));
    CHECK_THROWS_WITH_AS(at.database.wait_for("p", after(token(0, 4), 60s)),
                         doctest::Contains("has parked thing/0@4 behind an event that cannot be applied: no"),
                         queries::parked);
}

TEST_CASE("a session that is lost during a wait is replaced, and no reader notices")
{
    bench at;
    std::atomic<bool> is_through = false;
    std::jthread reader([&] {
        at.database.wait_for("p", after(token(0, 1), 60s));
        is_through = true;
    });
    const auto end = [&] {
        return pqxx::nontransaction(at.connection)
            .query_value<int>("select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> "
                              "pg_backend_pid() and datname = current_database()");
    };
    while (end() == 0) std::this_thread::sleep_for(1ms);
    at.apply(1);
    reader.join();
    CHECK(is_through);
}
