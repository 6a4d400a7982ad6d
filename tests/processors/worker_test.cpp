// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/parked.hpp>
#include <tests/processors/worker_bench.hpp>

#include <atomic>
#include <mutex>

using namespace annals;
using namespace annals::processors;
using namespace annals::processors::tests;
using namespace std::chrono_literals;
using annals::tests::waited_until;

TEST_CASE("a worker applies existing and new events")
{
    worker_bench at;
    append_things(at.memory, 300);
    auto working =
        at.start({std::make_shared<tally>("one"), std::make_shared<tally>("other", work_distribution::whole)});
    CHECK(waited_until(5s, [&] { return at.has("one", 300) && at.has("other", 300); }));
    append_things(at.memory, 50);
    CHECK(waited_until(5s, [&] { return at.has("one", 350) && at.has("other", 350); }));
}

TEST_CASE("a category that is created later is followed")
{
    worker_bench at;
    auto working = at.start(
        {std::make_shared<tally>("one", work_distribution::by_log, std::vector<std::string>{"thing", "late"})});
    append_things(at.memory, 5);
    CHECK(waited_until(5s, [&] { return at.has("one", 5); }));
    append_things(at.memory, 7, "late");
    CHECK(waited_until(5s, [&] { return tally_sum(at.database.dsn(), at.memory, "one", "late") == 7; }));
}

TEST_CASE("a projection that does not park stops alone, says why and where, and goes on when it is resumed")
{
    worker_bench at;
    const auto sick = std::make_shared<tally>("sick");
    sick->may_park = false;
    const auto well = std::make_shared<tally>("well");
    std::atomic<bool> is_fixed = false;
    sick->before = [&](const eventstore::recorded_event& event) {
        if (event.stream.key == "k7" && !is_fixed) throw std::runtime_error("no place for it");
    };
    append_things(at.memory, 20);
    {
        auto working = at.start({sick, well});
        CHECK(waited_until(5s, [&] { return at.has("well", 20); }));
        CHECK(waited_until(5s, [&] { return at.state_of(*sick).is == activity::stopped; }));
        const auto state = at.state_of(*sick);
        const auto guilty = at.memory.read({"thing", "k7"}).at(0);
        CHECK(state.log == guilty.log());
        CHECK(state.position == guilty.position);
        CHECK(state.reason.find("event thing.happened of thing-k7 version 1") == 0);
        CHECK(state.reason.find("no place for it") != std::string::npos);
        CHECK(at.says("error   a projection is stopped; the others continue projection=sick version=1 problem=\"event "
                      "thing.happened of thing-k7"));

        append_things(at.memory, 20);
        CHECK(waited_until(5s, [&] { return at.has("well", 40); }));
        CHECK(tally_total(at.database.dsn(), "sick", guilty.log()) == guilty.position.number - 1);
    }
    is_fixed = true;
    auto again = at.start({sick, well});
    append_things(at.memory, 5);
    CHECK(waited_until(5s, [&] { return at.has("well", 45); }));
    CHECK_FALSE(at.has("sick", 45));
    CHECK(at.says("error   a projection is stopped projection=sick version=1"));

    at.execute([&](pqxx::transaction_base& tx) { resume(tx, sick->id()); });
    CHECK(waited_until(5s, [&] { return at.has("sick", 45); }));
}

TEST_CASE("a worker parks what cannot be applied, says so, and retries it when it is asked")
{
    worker_bench at;
    const auto sick = std::make_shared<tally>("sick");
    std::atomic<bool> is_fixed = false;
    sick->before = [&](const eventstore::recorded_event& event) {
        if (event.stream.key == "k7" && !is_fixed) throw std::runtime_error("no place for it");
    };
    const auto parked = [&] {
        std::vector<parked_key> found;
        at.execute([&](pqxx::transaction_base& tx) { found = find_parked(tx, {.processor = "sick"}); });
        return found;
    };
    append_things(at.memory, 20);
    auto working = at.start({sick});
    CHECK(waited_until(5s, [&] { return at.says("an event cannot be applied: it is parked with its key"); }));
    CHECK(at.says("problem=\"no place for it\""));
    append_things(at.memory, 1, "thing", 7);
    CHECK(waited_until(5s, [&] { return parked().size() == 1 && parked()[0].events == 2; }));
    CHECK(at.state_of(*sick).is == activity::running);

    const auto retry = [&](pqxx::transaction_base& tx) { CHECK(request(tx, parked().at(0), parked_act::retry)); };
    at.execute(retry);
    CHECK(waited_until(5s, [&] { return at.says("a parked key was tried again and stays parked"); }));
    CHECK(parked().at(0).attempts == 2);
    is_fixed = true;
    at.execute(retry);
    CHECK(waited_until(5s, [&] { return at.says("a key is not parked any more"); }));
    CHECK(parked().empty());
}

TEST_CASE("a projection that has parked too much stops, and goes on with the same event when it is resumed")
{
    worker_bench at;
    const auto sick = std::make_shared<tally>("sick");
    std::atomic<bool> is_fixed = false;
    sick->before = [&](const eventstore::recorded_event&) {
        if (!is_fixed) throw std::runtime_error("no place for it");
    };
    append_things(at.memory, 20);
    auto working = at.start({sick}, {}, 8, {.keys = 3});
    CHECK(waited_until(8s, [&] { return at.state_of(*sick).is == activity::stopped; }));
    CHECK(at.state_of(*sick).reason.starts_with("more than 3 keys would be parked"));
    is_fixed = true;
    at.execute([&](pqxx::transaction_base& tx) { resume(tx, sick->id()); });
    at.execute([&](pqxx::transaction_base& tx) {
        for (const auto& one : find_parked(tx, {})) request(tx, one, parked_act::retry);
    });
    CHECK(waited_until(8s, [&] {
        std::int64_t total = 0;
        at.execute([&](pqxx::transaction_base& tx) {
            total = tx.query_value<std::int64_t>("select coalesce(sum(total), 0)::bigint from tally");
        });
        return total == 20;
    }));
}

TEST_CASE("a paused projection rests until it is resumed")
{
    worker_bench at;
    const auto counted = std::make_shared<tally>("one");
    auto working = at.start({counted});
    append_things(at.memory, 5);
    CHECK(waited_until(5s, [&] { return at.has("one", 5); }));
    at.execute([&](pqxx::transaction_base& tx) { pause(tx, counted->id(), "maintenance"); });
    CHECK(waited_until(
        5s, [&] { return at.says("info    a projection is paused projection=one version=1 reason=maintenance"); }));
    append_things(at.memory, 5);
    annals::tests::nothing_for(300ms);
    CHECK(at.has("one", 5));
    at.execute([&](pqxx::transaction_base& tx) { resume(tx, counted->id()); });
    CHECK(waited_until(5s, [&] { return at.has("one", 10); }));
}

TEST_CASE("a projection that the source names later is started, and one it no longer names is given up")
{
    worker_bench at;
    std::mutex mutex;
    processor_list named;
    std::atomic<bool> is_asked = false;
    append_things(at.memory, 10);
    auto working = at.start({}, [&] {
        const std::scoped_lock lock(mutex);
        is_asked = true;
        return named;
    });
    CHECK(waited_until(5s, [&] { return is_asked.load(); }));
    {
        const std::scoped_lock lock(mutex);
        named = {std::make_shared<tally>("new")};
    }
    CHECK(waited_until(5s, [&] { return at.has("new", 10); }));
    {
        const std::scoped_lock lock(mutex);
        named.clear();
    }
    CHECK(waited_until(5s, [&] { return at.logs_per_process().empty(); }));
    append_things(at.memory, 10);
    annals::tests::nothing_for(200ms);
    CHECK(at.has("new", 10));
}

TEST_CASE("two processes share the logs, and one takes all when the other has gone")
{
    worker_bench at;
    const auto counted = std::make_shared<tally>("one");
    auto one = at.start({counted});
    {
        auto two = at.start({counted});
        CHECK(waited_until(8s, [&] { return at.logs_per_process() == std::vector{2, 2}; }));
        append_things(at.memory, 100);
        CHECK(waited_until(5s, [&] { return at.has("one", 100); }));
    }
    CHECK(waited_until(5s, [&] { return at.logs_per_process() == std::vector{4}; }));
    append_things(at.memory, 100);
    CHECK(waited_until(5s, [&] { return at.has("one", 200); }));
}

TEST_CASE("checkpoints that were moved under a new epoch are continued from where they are")
{
    worker_bench at;
    append_things(at.memory, 50);
    auto working = at.start({std::make_shared<tally>("one")});
    CHECK(waited_until(5s, [&] { return at.has("one", 50); }));
    at.execute([](pqxx::transaction_base& tx) {
        tx.exec("update annals.checkpoints set position = 0, event_id = null, epoch = epoch + 1");
        tx.exec("delete from tally");
    });
    append_things(at.memory, 10);
    CHECK(waited_until(8s, [&] { return at.has("one", 60); }));
}

TEST_CASE("ended backends and an unreachable log are waited for, and nothing is lost or done twice")
{
    worker_bench at;
    auto working =
        at.start({std::make_shared<tally>("one"), std::make_shared<tally>("other", work_distribution::whole)});
    CHECK(waited_until(8s, [&] { return at.logs_per_process() == std::vector{5}; }));
    at.store.is_away = true;
    append_things(at.memory, 1);
    CHECK(waited_until(8s, [&] { return at.says("trying again"); }));
    for (int round = 0; round < 10; ++round) {
        append_things(at.memory, 100);
        at.store.is_away = round % 3 == 0;
        at.execute([](pqxx::transaction_base& tx) {
            tx.exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid "
                    "<> pg_backend_pid() and random() < 0.7");
        });
        std::this_thread::sleep_for(150ms);              // some of the work is done between two faults
    }
    at.store.is_away = false;
    CHECK(waited_until(20s, [&] { return at.has("one", 1001) && at.has("other", 1001); }));
}

TEST_CASE("a projection whose log was restored to before its checkpoint is stopped, and says so")
{
    worker_bench at;
    append_things(at.memory, 10);
    const auto counted = std::make_shared<tally>("one");
    {
        auto working = at.start({counted});
        CHECK(waited_until(8s, [&] { return at.has("one", 10); }));
    }
    at.execute([](pqxx::transaction_base& tx) {  // as if other events had taken their places since
        tx.exec("update annals.checkpoints set event_id = gen_random_uuid()");
    });
    auto working = at.start({counted});
    CHECK(waited_until(8s, [&] { return at.state_of(*counted).is == activity::stopped; }));
    CHECK(at.state_of(*counted).reason.contains("the log was restored; rebuild one from it"));
    CHECK(at.says("error   a projection is stopped; the others continue projection=one"));
}

TEST_CASE("failed work is retried in a new session")
{
    class failing_once final : public tally {
    public:
        using tally::tally;
        void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
        {
            sessions.push_back(tx.query_value<int>("select pg_backend_pid()"));
            if (sessions.size() == 1) throw eventstore::unavailable("a server that it asks is unreachable");
            tally::apply(tx, events);
        }
        std::vector<int> sessions;
    };
    worker_bench at;
    append_things(at.memory, 3);
    const auto once = std::make_shared<failing_once>("once");
    auto working = at.start({once});
    CHECK(waited_until(8s, [&] { return at.has("once", 3); }));
    working.request_stop();
    working.join();
    REQUIRE(once->sessions.size() > 1);
    CHECK(std::ranges::count(once->sessions, once->sessions.front()) == 1);
}

TEST_CASE("a worker that is asked to stop ends soon, even in the middle of a long batch")
{
    class slow final : public tally {
    public:
        using tally::tally;
        void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event>) override
        {
            tx.exec("select pg_sleep(60)");
        }
    };
    worker_bench at;
    append_things(at.memory, 3);
    auto working = at.start({std::make_shared<slow>("slow")});
    CHECK(waited_until(8s, [&] { return at.is_anyone_sleeping(); }));
    const auto asked_at = std::chrono::steady_clock::now();
    working.request_stop();
    working.join();
    CHECK(std::chrono::steady_clock::now() - asked_at < 10s);
    CHECK(at.logs_per_process().empty());
}

TEST_CASE("two processors of one name and version are refused")
{
    worker_bench at;
    const processor_list twins{std::make_shared<tally>("one"), std::make_shared<tally>("one")};
    CHECK_THROWS_WITH_AS(worker({}, at.store, at.feed, twins),
                         doctest::Contains("two processors are called one version 1"), eventstore::invalid_request);
}
