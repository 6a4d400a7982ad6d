// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/facts/append.hpp>
#include <annals/processors/model_connection.hpp>
#include <tests/sagas/process_managers/shipping.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace shipping;
using namespace std::chrono_literals;
using annals::tests::waited_until;

namespace {

/// How many events of a cause there are, other than one. Read from the log's table, without code of annals.
constexpr auto packed_other_than_once = R"(
    select count(*) from annals.events o
    left join (select metadata->>'causation_id' as cause, count(*) as times from annals.events
               where type = 'parcel.packed' group by 1) packed on packed.cause = o.id::text
    where o.type = 'order.ordered' and o.data->>'parcel' not in ('', 'sealed')
      and packed.times is distinct from 1)";

/// Reminders that were sent again.
constexpr auto reminded_again = R"(
    select count(*) - count(distinct metadata->>'causation_id') from annals.events where type = 'parcel.reminded')";

/// Lines of an order that came to their parcel before an earlier line of the order.
constexpr auto packed_out_of_order = R"(
    select count(*) from (
        select (p.data->>'line')::int as line,
               lag((p.data->>'line')::int) over (partition by p.key, p.data->>'order' order by p.version) as before
        from annals.events p where p.type = 'parcel.packed') all_lines
    where line < before)";

/// A log and read models in another database, and processes that work on them.
struct bench {
    annals::tests::temporary_database log, models;
    std::unique_ptr<eventstore::store> store =
        eventstore::postgres::open_store({.dsn = log.dsn(), .default_partitions = 4});
    pqxx::connection log_session = processors::open_model_connection(log.dsn(), "test");
    pqxx::connection model_session = processors::open_model_connection(models.dsn(), "test");

    bench()
    {
        store->ensure_category({"order", 4});
        REQUIRE(facts::append(*store, {"parcel", "sealed"}, eventstore::no_stream(), sealed{}));
    }

    auto start() -> std::unique_ptr<annals::tests::child>
    {
        return std::make_unique<annals::tests::child>(
            std::vector<std::string>{SHIPPING_PROCESS, log.dsn(), models.dsn()});
    }

    void order(int number, const ordered& fact)
    {
        REQUIRE(facts::append(*store, {"order", "O-" + std::to_string(number)}, eventstore::any_version(), fact));
    }

    auto in_log(const char* query) -> int { return pqxx::nontransaction(log_session).query_value<int>(query); }
    auto in_models(const char* query) -> int { return pqxx::nontransaction(model_session).query_value<int>(query); }

    /// All orders are taken, and nothing is on its way.
    auto is_done(int orders) -> bool
    {
        return in_models("select coalesce(sum(position), 0)::int from annals.checkpoints where processor = 'packing'")
                   == orders
               && in_models("select count(*) from annals.outgoing_commands where refused_at is null") == 0;
    }
};

}  // namespace

TEST_CASE("processes that are killed at random moments carry out each command once, in the order of its target")
{
    const auto seed = std::random_device{}();
    MESSAGE("seed " << seed);
    std::minstd_rand random(seed);
    bench at;
    constexpr int orders = 3000, sealed_each = 50;
    std::vector<std::unique_ptr<annals::tests::child>> workers;
    for (int i = 0; i < 2; ++i) workers.push_back(at.start());
    std::jthread appending([&] {
        for (int i = 0; i < orders; ++i)
            at.order(i % 40, {.parcel = i % sealed_each == 0 ? "sealed" : "P-" + std::to_string(i % 17),
                              .remind_after_ms = i % 7 == 0 ? 1000 : 0});
    });
    for (int killed = 0; killed < 20; ++killed) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 600));
        workers[random() % workers.size()]->restart();
    }
    appending.join();
    CHECK(waited_until(60s, [&] { return at.is_done(orders); }));
    CHECK(at.in_log(packed_other_than_once) == 0);
    CHECK(at.in_log(packed_out_of_order) == 0);
    CHECK(at.in_log(reminded_again) == 0);
    CHECK(at.in_log("select count(*) from annals.events where type = 'parcel.reminded'") > 0);
    CHECK(at.in_models("select count(*) from annals.outgoing where state = 'refused'") == orders / sealed_each);
    CHECK(at.in_models("select sum((state->>'lines')::int)::int from annals.process_manager_states") == orders);
}

TEST_CASE("a stopped process's commands are carried out by another within ten seconds, and not again when it goes on")
{
    bench at;
    const auto stopped = at.start();
    for (int i = 0; i < 100; ++i) at.order(i, {.parcel = "P-" + std::to_string(i)});
    REQUIRE(waited_until(20s, [&] { return at.is_done(100); }));
    const auto other = at.start();
    REQUIRE(waited_until(20s, [&] {
        return at.in_models(
                   "select count(distinct process) from annals.lease_holders() where work = 'outgoing packing'")
               == 2;
    }));
    std::jthread appending([&] {
        for (int i = 0; i < 2000; ++i) at.order(i % 100, {.parcel = "P-" + std::to_string(i % 100)});
    });
    REQUIRE(waited_until(
        20s, [&] { return at.in_log("select count(*) from annals.events where type = 'parcel.packed'") > 300; }));
    stopped->signal(SIGSTOP);
    const auto stopped_at = std::chrono::steady_clock::now();
    appending.join();
    CHECK(waited_until(30s, [&] { return at.is_done(2100); }));
    const auto taken_within = std::chrono::steady_clock::now() - stopped_at;
    MESSAGE("done within " << std::chrono::duration_cast<std::chrono::milliseconds>(taken_within).count() << " ms");
    CHECK(taken_within < 12s);
    stopped->signal(SIGCONT);
    for (int i = 0; i < 200; ++i) at.order(i % 100, {.parcel = "P-" + std::to_string(i % 100)});
    CHECK(waited_until(30s, [&] { return at.is_done(2300); }));
    CHECK(at.in_log(packed_other_than_once) == 0);
    CHECK(at.in_log(packed_out_of_order) == 0);
}

TEST_CASE("deadlines that were due while no process ran are sent after the start, once, and others in time")
{
    bench at;
    {
        const auto working = at.start();
        at.order(1, {.remind_after_ms = 1000});
        at.order(2, {.remind_after_ms = 6000});
        REQUIRE(waited_until(10s, [&] { return at.in_models("select count(*) from annals.outgoing") == 2; }));
        working->signal(SIGKILL);
    }
    annals::tests::nothing_for(1200ms);
    REQUIRE(at.in_models("select count(*) from annals.outgoing where state = 'due'") == 1);
    const auto working = at.start();
    CHECK(waited_until(20s, [&] { return at.is_done(2); }));
    constexpr auto early_or_late = R"(
        select count(*) from annals.events r join annals.events o on r.metadata->>'causation_id' = o.id::text
        where r.type = 'parcel.reminded' and r.data->>'of' = 'O-2'
          and r.recorded_at - o.recorded_at not between interval '6 s' and interval '7 s')";
    CHECK(at.in_log(early_or_late) == 0);
    CHECK(at.in_log("select count(*) from annals.events where type = 'parcel.reminded'") == 2);
}

TEST_CASE("60,000 deadlines that are due in the same minute are never early, and late by at most a second at p99"
          * doctest::skip())
{
    bench at;
    constexpr int count = 60'000;
    const auto working = at.start();
    const auto begun_at = std::chrono::steady_clock::now();
    const auto since_begin = [&] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun_at)
            .count();
    };
    {
        constexpr int threads = 8;
        std::vector<std::jthread> appending;
        for (int thread = 0; thread < threads; ++thread)
            appending.emplace_back([&, thread] {
                for (int i = thread; i < count; i += threads)
                    at.order(i, {.remind_after_ms = 120'000 - since_begin() + i * 60'000LL / count,
                                 .desk = "desk-" + std::to_string(i)});
            });
    }
    MESSAGE("set within " << since_begin() << " ms");
    REQUIRE(waited_until(240s, [&] { return at.is_done(count); }));
    constexpr auto lateness = R"(
        select percentile_disc($1) within group (order by extract(epoch from r.recorded_at - o.recorded_at) * 1000
                                                          - (o.data->>'remind_after_ms')::int)::int
        from annals.events r join annals.events o on r.metadata->>'causation_id' = o.id::text
        where r.type = 'parcel.reminded')";
    pqxx::nontransaction tx(at.log_session);
    for (const auto part : {0.0, 0.5, 0.99, 1.0})
        MESSAGE("p" << part * 100 << ": " << tx.query_value<int>(lateness, pqxx::params{part}) << " ms late");
    CHECK(tx.query_value<int>(lateness, pqxx::params{0.0}) >= 0);
    CHECK(tx.query_value<int>(lateness, pqxx::params{0.99}) <= 1000);
}
