// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/client.hpp>
#include <tests/sagas/orchestrator/orders.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <thread>

/// What goes wrong here: processes are killed and stopped (SIGKILL, SIGSTOP), sessions are ended. The server is not
/// killed, and nothing is said about fsync. ANNALS_ROUNDS=n: so many of these, for `./dev fault sagas`.
namespace {

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

struct shop {
    shop() { pqxx::nontransaction(link).exec(create_effects); }

    void start()
    {
        const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "saga_process";
        processes.push_back(std::make_unique<child>(std::vector<std::string>{program.string(), database.dsn()}));
    }
    auto count(const std::string& query) -> int
    {
        pqxx::nontransaction tx(link);
        return tx.query_value<int>(query);
    }
    /// Begins sagas as soon as the definition is registered.
    void begin(int sagas)
    {
        REQUIRE(waited_until(20s, [&] { return count("select count(*) from annals.saga_definitions") == 1; }));
        for (int i = 0; i < sagas; ++i) client.start({"order", "O-" + std::to_string(started++)});
    }
    /// All sessions but those of the test.
    void cut_sessions()
    {
        pqxx::nontransaction(link).exec(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
            "application_name <> '' and pid <> pg_backend_pid() and backend_type = 'client backend'");
    }
    auto at_rest() -> bool
    {
        return count("select count(*) from annals.saga_states where completed_at is null and status <> 'parked'") == 0;
    }

    const temporary_database database;
    pqxx::connection link{database.dsn()};
    sagas::client client{database.dsn()};
    std::vector<std::unique_ptr<child>> processes;
    int started = 0;
};

using effects = std::map<std::string, int>;      // by step: their order

struct deeds {
    std::string status;
    effects done, undone;
};

auto deeds_of(shop& all) -> std::map<std::string, deeds>
{
    std::map<std::string, deeds> found;
    pqxx::nontransaction tx(all.link);
    for (const auto& [id, status] :
         tx.query<std::string, std::string>("select saga_id, status from annals.saga_states"))
        found[id].status = status;
    for (const auto& [number, id, step, is_undo, had_effect] : tx.query<int, std::string, std::string, bool, bool>(
             "select number, saga, step, is_undo, had_effect from effects order by number")) {
        if (!is_undo) found[id].done[step] = number;
        else if (had_effect) found[id].undone[step] = number;
    }
    return found;
}

const std::map<std::string, std::set<std::string>> comes_after{
    {"open", {}}, {"pack", {"open"}}, {"charge", {"open"}}, {"ship", {"open", "pack", "charge"}}};

void check(const std::string& id, const deeds& of)
{
    CAPTURE(id);
    CAPTURE(of.status);
    for (const auto& [step, order] : of.done)
        for (const auto& before : comes_after.at(step)) {
            CAPTURE(step);
            REQUIRE(of.done.contains(before));
            CHECK(of.done.at(before) < order);
        }
    for (const auto& [step, order] : of.undone)
        for (const auto& before : comes_after.at(step))
            if (of.undone.contains(before)) CHECK(of.undone.at(before) > order);
    if (of.status == "completed") {
        CHECK(of.done.size() == comes_after.size());
        CHECK(of.undone.empty());
    } else {
        CHECK(of.status == "compensated");
        CHECK(of.undone.size() == of.done.size());
    }
}

auto seed() -> unsigned
{
    const auto* const given = std::getenv("ANNALS_SEED");
    return given ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
}

auto rounds() -> int
{
    const auto* const given = std::getenv("ANNALS_ROUNDS");
    return given ? std::stoi(given) : 12;
}

}  // namespace

TEST_CASE("sagas are done or undone, each step once, while processes are killed and stopped and sessions end at random")
{
    const auto used = seed();
    MESSAGE("ANNALS_SEED=", used);
    std::minstd_rand random(used);
    shop all;
    for (int i = 0; i < 3; ++i) all.start();
    all.begin(20);
    int killed = 0, stopped = 0, cut = 0;
    for (int round = rounds(); round > 0; --round) {
        all.begin(15);
        std::this_thread::sleep_for(std::chrono::milliseconds(200 + random() % 1200));
        auto& victim = *all.processes[random() % all.processes.size()];
        const auto trouble = random() % 6;
        if (trouble < 3) {
            victim.restart();
            ++killed;
        } else if (trouble < 5) {
            victim.signal(SIGSTOP);
            std::this_thread::sleep_for(std::chrono::milliseconds(random() % 3 == 0 ? 8000 : 1000));
            victim.signal(SIGCONT);
            ++stopped;
        } else {
            all.cut_sessions();
            ++cut;
        }
    }
    CHECK_MESSAGE(waited_until(60s, [&] { return all.at_rest(); }), "not all are at rest within a minute");
    int completed = 0;
    for (const auto& [id, of] : deeds_of(all)) {
        check(id, of);
        completed += of.status == "completed";
    }
    MESSAGE(all.started, " sagas, ", completed, " completed, the others undone; killed ", killed, ", stopped ",
            stopped);
    CHECK(all.count("select count(*) from annals.saga_states") == all.started);
    CHECK(completed > 0);
    CHECK(completed < all.started);
}

TEST_CASE("the sagas of a process that is killed or stopped go on in another within ten seconds")
{
    for (const auto signal : {SIGKILL, SIGSTOP}) {
        CAPTURE(signal);
        shop all;
        all.start();
        all.begin(30);
        REQUIRE(waited_until(20s, [&] { return all.count("select count(*) from effects") > 5; }));
        all.start();
        std::this_thread::sleep_for(200ms);
        all.processes[0]->signal(signal);
        CHECK(waited_until(10s + 5s, [&] { return all.at_rest(); }));
        pqxx::nontransaction tx(all.link);
        const auto pause = tx.query_value<double>(R"(
            select extract(epoch from max(later - at))::float8
            from (select recorded_at as at, lead(recorded_at) over (order by recorded_at) as later
                  from annals.events) e)");
        MESSAGE("the longest time without a fact: ", pause, " s");
        CHECK(pause < 10);
    }
}
