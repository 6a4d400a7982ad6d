// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/parked.hpp>
#include <tests/processors/feed_contract.hpp>
#include <tests/processors/journal.hpp>
#include <tests/processors/tally_checks.hpp>
#include <tests/support/waiting.hpp>

#include <spawn.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <random>
#include <set>
#include <sys/wait.h>
#include <thread>

using namespace annals;
using namespace annals::processors;
using namespace annals::processors::tests;
using namespace std::chrono_literals;

namespace {

/// A worker in a process of its own, killed at the end if it is still there.
class child {
public:
    child(const std::string& log_dsn, const std::string& model_dsn)
    {
        auto program = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "worker_process").string();
        std::string log = log_dsn;
        std::string model = model_dsn;
        char* arguments[] = {program.data(), log.data(), model.data(), nullptr};
        REQUIRE(posix_spawn(&pid_, program.c_str(), nullptr, nullptr, arguments, environ) == 0);
    }
    ~child()
    {
        if (pid_ == 0) return;
        send(SIGKILL);
        wait();
    }
    child(child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
    auto operator=(child&& other) noexcept -> child&
    {
        std::swap(pid_, other.pid_);
        return *this;
    }

    auto pid() const -> pid_t { return pid_; }
    void send(int signal) const { kill(pid_, signal); }
    auto wait() -> int
    {
        int status = 0;
        waitpid(std::exchange(pid_, 0), &status, 0);
        return status;
    }

private:
    pid_t pid_ = 0;
};

/// A log, and read models in a database of their own in which the logs have other numbers.
struct bench {
    annals::tests::temporary_database log;
    annals::tests::temporary_database models;
    std::unique_ptr<eventstore::store> store =
        eventstore::postgres::open_store({.dsn = log.dsn(), .default_partitions = 4});

    bench()
    {
        create_tally(models.dsn());
        create_journal(models.dsn());
        auto connection = open_model_connection(models.dsn(), "test");
        pqxx::nontransaction(connection).exec("select annals.ensure_category('here_first', 3)");
        store->ensure_category({"thing", 4});
    }

    auto start() -> child { return {log.dsn(), models.dsn()}; }

    auto has_all() -> bool
    {
        const auto all = head_sum(*store);
        return tally_sum(models.dsn(), *store, "one") == all && tally_sum(models.dsn(), *store, "other") == all;
    }

    auto within(std::chrono::seconds limit) -> bool
    {
        return annals::tests::waited_until(limit, [this] { return has_all(); });
    }

    auto holders() -> int
    {
        auto connection = open_model_connection(models.dsn(), "test");
        pqxx::nontransaction tx(connection);
        return tx.exec("select count(distinct process) from annals.lease_holders() where work = 'processor one/1/0'")
            .one_field()
            .as<int>();
    }
};

/// Events of 30 keys, some of which the journal cannot apply most of the times that it tries.
struct parking_bench : bench {
    pqxx::connection operating = open_model_connection(models.dsn(), "operator");
    std::size_t keys_parked_max = 0;

    parking_bench() { store->ensure_category({"noted", 4}); }

    void append(int count, std::chrono::milliseconds pause)
    {
        for (int i = 0; i < count; ++i) {
            const eventstore::new_event event{.type = "noted", .data = i % 11 == 0 ? R"({"bad":1})" : "{}"};
            REQUIRE(store->append(
                {.streams = {{{"noted", "k" + std::to_string(i % 30)}, eventstore::any_version(), {event}}}}));
            std::this_thread::sleep_for(pause);
        }
    }

    /// Asks for all parked keys, and returns how many there are.
    auto retry() -> std::size_t
    {
        pqxx::nontransaction tx(operating);
        const auto parked = find_parked(tx, {.processor = "journal"});
        keys_parked_max = std::max(keys_parked_max, parked.size());
        for (const auto& one : parked) request(tx, one, parked_act::retry);
        return parked.size();
    }

    /// The processes that have logs of the journal.
    auto owners() -> std::set<pid_t>
    {
        constexpr auto select_owners = R"(
            select distinct substring(s.application_name from ' (\d+)@')::int
            from annals.lease_holders() h join pg_stat_activity s using (pid) where h.work = 'processor journal/1/0')";
        std::set<pid_t> found;
        pqxx::nontransaction tx(operating);
        for (const auto& [pid] : tx.query<int>(select_owners)) found.insert(pid);
        return found;
    }

    /// Ends a session of a worker process with one of the databases; returns how many it were.
    auto cut_a_session(std::minstd_rand& random) -> int
    {
        constexpr auto select_sessions = R"(
            select pid from pg_stat_activity where datname in ($1, $2) and application_name like 'worker_process %'
            order by pid)";
        pqxx::nontransaction tx(operating);
        std::vector<int> pids;
        for (const auto& [pid] : tx.query<int>(select_sessions, pqxx::params{log.name(), models.name()}))
            pids.push_back(pid);
        if (pids.empty()) return 0;
        return tx.query_value<bool>("select pg_terminate_backend($1)", pqxx::params{pids[random() % pids.size()]}) ? 1
                                                                                                                   : 0;
    }

    /// Retries until nothing is parked and all is written; then each key must have its events once and in order.
    void check_all(int count)
    {
        CHECK(annals::tests::waited_until(90s, [&] {
            if (retry() > 0) return false;
            return pqxx::nontransaction(operating).query_value<int>("select count(*) from journal") == count;
        }));
        MESSAGE("at most " << keys_parked_max << " keys were parked");
        CHECK(keys_parked_max > 0);
        constexpr auto out_of_order =
            "select count(*) from (select version, row_number() over (partition by key order by line) as place "
            "from journal) j where version <> place";
        CHECK(pqxx::nontransaction(operating).query_value<int>(out_of_order) == 0);
    }
};

}  // namespace

TEST_CASE("the log feed keeps the contract of feeds over PostgreSQL")
{
    const annals::tests::temporary_database database;
    const std::shared_ptr<eventstore::store> store = eventstore::postgres::open_store({.dsn = database.dsn()});
    contract::check_feed([&] { return contract::feed_under_test{store, std::make_shared<log_feed>(*store)}; });
}

TEST_CASE("read models may be in another database, where the logs have other numbers")
{
    bench at;
    append_things(*at.store, 200);
    const auto working = at.start();
    CHECK(at.within(10s));
    auto model = open_model_connection(at.models.dsn(), "test");
    const std::vector<std::string> thing{"thing"};
    CHECK(number_logs(model, *at.store, thing)[0].number == 4);
}

TEST_CASE("a process that is asked to end does so with success within ten seconds")
{
    bench at;
    append_things(*at.store, 200);
    auto working = at.start();
    CHECK(at.within(10s));
    const auto asked_at = std::chrono::steady_clock::now();
    working.send(SIGTERM);
    CHECK(working.wait() == 0);
    CHECK(std::chrono::steady_clock::now() - asked_at < 10s);
}

TEST_CASE("a stopped process's work is taken over within ten seconds, and nothing is done twice")
{
    bench at;
    const auto stopped = at.start();
    append_things(*at.store, 100);
    REQUIRE(at.within(10s));
    const auto other = at.start();
    REQUIRE(annals::tests::waited_until(10s, [&] { return at.holders() == 2; }));

    std::jthread appending([&] { append_things(*at.store, 1500, "thing", 100); });
    REQUIRE(annals::tests::waited_until(10s, [&] { return tally_sum(at.models.dsn(), *at.store, "one") > 100; }));
    stopped.send(SIGSTOP);
    const auto stopped_at = std::chrono::steady_clock::now();
    appending.join();
    CHECK(at.within(15s));
    const auto taken_within = std::chrono::steady_clock::now() - stopped_at;
    MESSAGE("taken over within " << std::chrono::duration_cast<std::chrono::milliseconds>(taken_within).count()
                                 << " ms");
    CHECK(taken_within < 10s);

    stopped.send(SIGCONT);
    for (int round = 0; round < 20; ++round) {
        append_things(*at.store, 20, "thing", 2000 + 20 * round);
        std::this_thread::sleep_for(50ms);               // batch after batch, while the other awakes
    }
    CHECK(at.within(15s));
}

TEST_CASE("processes that are killed at random moments lose nothing and do nothing twice")
{
    const auto seed = std::random_device{}();
    MESSAGE("seed " << seed);
    std::minstd_rand random(seed);
    bench at;
    std::vector<child> workers;
    for (int i = 0; i < 2; ++i) workers.push_back(at.start());
    std::jthread appending([&] { append_things(*at.store, 4000); });
    for (int killed = 0; killed < 20; ++killed) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 300));
        auto& victim = workers[random() % workers.size()];
        victim.send(SIGKILL);
        victim.wait();
        victim = at.start();
    }
    appending.join();
    CHECK(at.within(30s));
    CHECK(head_sum(*at.store) == 4000);
}

TEST_CASE("parked keys keep their order while processes are killed and operators retry them")
{
    const auto seed = std::random_device{}();
    MESSAGE("seed " << seed);
    std::minstd_rand random(seed);
    parking_bench at;
    std::vector<child> workers;
    for (int i = 0; i < 2; ++i) workers.push_back(at.start());
    std::jthread appending([&] { at.append(1500, 0ms); });
    for (int killed = 0; killed < 12; ++killed) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 500));
        at.retry();
        auto& victim = workers[random() % workers.size()];
        victim.send(SIGKILL);
        victim.wait();
        victim = at.start();
    }
    appending.join();
    at.check_all(1500);
}

TEST_CASE("parked keys keep their order while processes hang past their leases and sessions are cut")
{
    const auto seed = std::random_device{}();
    MESSAGE("seed " << seed);
    std::minstd_rand random(seed);
    parking_bench at;
    std::vector<child> workers;
    for (int i = 0; i < 3; ++i) workers.push_back(at.start());
    std::jthread appending([&] { at.append(4000, 4ms); });
    int cuts = 0;
    for (int hung = 0; hung < 3; ++hung) {
        REQUIRE(annals::tests::waited_until(20s, [&] { return at.owners().size() > 1; }));
        const auto owners = at.owners();
        std::ranges::shuffle(workers, random);
        const auto& victim =
            *std::ranges::find_if(workers, [&](const child& one) { return owners.contains(one.pid()); });
        victim.send(SIGSTOP);
        const auto leases_end_at = std::chrono::steady_clock::now() + 7s;
        CHECK(annals::tests::waited_until(20s, [&] {
            at.retry();
            if (random() % 8 == 0) cuts += at.cut_a_session(random);
            std::this_thread::sleep_for(std::chrono::milliseconds(random() % 100));
            return std::chrono::steady_clock::now() > leases_end_at && !at.owners().contains(victim.pid());
        }));
        victim.send(SIGCONT);
    }
    appending.join();
    MESSAGE(cuts << " sessions were cut");
    CHECK(cuts > 0);
    at.check_all(4000);
}
