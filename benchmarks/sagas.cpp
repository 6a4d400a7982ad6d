// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/client.hpp>
#include <annals/sagas/orchestrator/local_participant.hpp>
#include <annals/sagas/orchestrator/orchestrator.hpp>
#include <benchmarks/benchmark.hpp>
#include <benchmarks/callers.hpp>
#include <benchmarks/peers/conversation.hpp>
#include <benchmarks/peers/place.hpp>
#include <benchmarks/report.hpp>
#include <benchmarks/scratch_database.hpp>

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <array>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace annals::benchmarks {
namespace {

using namespace std::chrono_literals;

const sagas::definition three_steps{
    .name = "three_steps",
    .active_max = 100'000,
    .steps = {{.id = "reserve", .service = "here", .compensation = "release"},
              {.id = "process", .service = "here", .compensation = "clean", .after = {"reserve"}},
              {.id = "report", .service = "here", .compensation = "revert", .after = {"process"}}}};

auto actions() -> sagas::participant_list
{
    auto here = std::make_shared<sagas::local_participant>("here");
    for (const auto* const name : {"reserve", "process", "report", "release", "clean", "revert"})
        here->on(name, [](const sagas::request&) { return sagas::done(); });
    return {here};
}

/// Sees in the database which sagas have ended, as any other program would.
class ends_of_sagas {
public:
    explicit ends_of_sagas(const std::string& dsn)
        : link_(dsn), thread_([this](const std::stop_token& stop) { watch(stop); })
    {}

    /// Tells the end of this saga, which is not started yet.
    auto end_of(const std::string& id) -> std::future<void>
    {
        const std::scoped_lock lock(mutex_);
        return awaited_[id].get_future();
    }

private:
    void watch(const std::stop_token& stop)
    {
        std::string after = "-infinity";
        while (!stop.stop_requested()) {
            {
                pqxx::nontransaction tx(link_);
                const auto rows = tx.exec(
                    "select saga_id, completed_at::text from annals.saga_states where completed_at > $1::timestamptz - "
                    "interval '50 ms' order by completed_at",
                    pqxx::params{after});
                const std::scoped_lock lock(mutex_);
                for (const auto& [id, at] : rows.iter<std::string, std::string>()) {
                    after = at;
                    const auto found = awaited_.find(id);
                    if (found == awaited_.end()) continue;
                    found->second.set_value();
                    awaited_.erase(found);
                }
            }
            std::this_thread::sleep_for(1ms);
        }
    }

    pqxx::connection link_;
    std::mutex mutex_;
    std::map<std::string, std::promise<void>> awaited_;
    std::jthread thread_;
};

auto measure(int callers, double for_s) -> sample
{
    const scratch_database database;
    sagas::orchestrator runs({.dsn = database.dsn(), .process = "bench"}, {three_steps}, actions());
    const std::jthread thread([&](const std::stop_token& stop) { runs.run(stop); });
    runs.wait_until_ready();
    std::this_thread::sleep_for(1500ms);         // it has its leases
    sagas::client client(database.dsn());
    ends_of_sagas ends(database.dsn());
    return run_callers(callers, seconds(for_s), [&](int caller) {
        return [&, caller, n = 0]() mutable {
            const auto id = std::to_string(caller) + "-" + std::to_string(n++);
            auto end = ends.end_of(id);
            client.start({three_steps.name, id});
            runs.look_again();
            end.wait();
            return 1;
        };
    });
}

/// The same number of workflows of three steps with dbos, whose steps are durable, too.
auto measure_dbos(const std::string& driver, int callers, double for_s) -> sample
{
    const empty_database database("dbos");
    conversation asked(words(driver));
    const nlohmann::json order{{"database", database.name()}, {"callers", callers}, {"seconds", for_s}};
    const auto answer = nlohmann::json::parse(asked.ask(order.dump()));
    return {.events_per_s = answer.at("events_per_s"), .latencies_ms = answer.at("latencies_ms")};
}

}  // namespace

void sagas_completed(std::span<char*> arguments)
{
    const auto for_s = option(arguments, "--seconds", 5);
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 3));
    const auto dbos = place_of("dbos", "ANNALS_BENCH_DBOS");
    constexpr std::array callers_of_each{1, 16, 256};
    std::map<int, std::vector<sample>> ours, theirs;
    for (int i = 0; i < repetitions; ++i)
        for (const int callers : callers_of_each) {
            ours[callers].push_back(measure(callers, for_s));
            if (!dbos.empty()) theirs[callers].push_back(measure_dbos(dbos, callers, for_s));
        }
    std::vector<row> rows;
    for (const int callers : callers_of_each) {
        rows.push_back(medians("three steps in process", callers, {}, ours[callers]));
        if (!dbos.empty()) rows.push_back(medians("dbos, three steps", callers, {}, theirs[callers]));
    }
    print("sagas", rows);
}

}  // namespace annals::benchmarks
