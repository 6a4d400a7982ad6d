// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/handle.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <benchmarks/benchmark.hpp>
#include <benchmarks/callers.hpp>
#include <benchmarks/scratch_database.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <vector>

namespace annals::benchmarks {
namespace {

using namespace eventstore;

struct counted {
    int by = 1;
};
ANNALS_EVENT(counted, "counter.counted", by)

struct count {};

struct counter {
    static constexpr auto category = "counter";
    using event = std::variant<counted>;
    using decision = commands::decision<event>;
    auto decide(const count&) const -> decision { return counted{}; }
    void evolve(const counted& fact) { sum += fact.by; }
    std::int64_t sum = 0;
};

/// A store and a cache, as one process has them.
struct process {
    explicit process(const std::string& dsn) : log(postgres::open_store({.dsn = dsn})), cache(*log)
    {
        log->ensure_category({counter::category, 8});
    }

    std::unique_ptr<store> log;
    commands::aggregate_cache cache;
};

/// Several callers in several processes, all on one stream or each on its own.
struct workload {
    int callers = 1;
    std::size_t processes = 1;
    bool cached = true;
    bool one_stream = true;
    std::vector<sample> samples = {};
    std::int64_t contended = 0, commands = 0;

    auto what() const -> std::string
    {
        return std::string(one_stream ? "one stream" : "a stream each") + (cached ? ", cache" : "")
               + (processes == 1 ? "" : ", " + std::to_string(processes) + " processes");
    }
};

auto workloads() -> std::vector<workload>
{
    std::vector<workload> all;
    for (const auto cached : {true, false}) {
        for (const auto callers : {1, 2, 4, 8, 16, 32}) all.push_back({.callers = callers, .cached = cached});
        all.push_back({.callers = 8, .processes = 2, .cached = cached});
        all.push_back({.callers = 32, .processes = 4, .cached = cached});
        for (const auto callers : {1, 8}) all.push_back({.callers = callers, .cached = cached, .one_stream = false});
    }
    return all;
}

/// Each repetition has streams of its own, so that all are equally long when it begins.
void run(std::vector<std::unique_ptr<process>>& in, workload& one, seconds for_s, int repetition)
{
    std::atomic<std::int64_t> contended = 0, commands = 0;
    const auto name = one.what() + std::to_string(one.callers) + "-" + std::to_string(repetition);
    one.samples.push_back(run_callers(one.callers, for_s, [&](int caller) -> one_call {
        auto& mine = *in[static_cast<std::size_t>(caller) % one.processes];
        const auto key = one.one_stream ? name : name + "-" + std::to_string(caller);
        const commands::handle_options how{.cache = one.cached ? &mine.cache : nullptr};
        return [&, key, how] {
            ++commands;
            const auto answer = commands::handle<counter>(*mine.log, key, count{}, {}, how);
            if (!answer) ++contended;
            return answer ? 1 : 0;
        };
    }));
    one.contended += contended;
    one.commands += commands;
}

void print(std::vector<workload>& all)
{
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    std::printf("%-36s %8s %11s %11s %9s %9s %9s\n", "COMMANDS ON", "CALLERS", "ACCEPTED/S", "CONTENDED", "P50 MS",
                "P99 MS", "WORST MS");
    for (auto& each : all) {
        std::vector<double> latencies;
        for (auto& one : each.samples)
            latencies.insert(latencies.end(), one.latencies_ms.begin(), one.latencies_ms.end());
        const auto rate = median(rates(each.samples)), p50 = percentile(latencies, 0.5);
        const auto p99 = percentile(latencies, 0.99), worst = latencies.empty() ? 0 : latencies.back();
        const auto share = static_cast<double>(each.contended) / static_cast<double>(each.commands);
        std::printf("%-36s %8d %11.0f %10.2f%% %9.3f %9.3f %9.2f\n", each.what().c_str(), each.callers, rate,
                    100 * share, p50, p99, worst);
        rows.push_back({{"what", each.what()},
                        {"callers", each.callers},
                        {"events_per_s", rate},
                        {"contended_share", share},
                        {"p50_ms", p50},
                        {"p99_ms", p99},
                        {"worst_ms", worst}});
    }
    std::printf("%s\n", nlohmann::ordered_json{{"benchmark", "contention"}, {"rows", rows}}.dump().c_str());
}

}  // namespace

void contention(std::span<char*> arguments)
{
    const seconds for_s{option(arguments, "--seconds", 1)};
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 3));
    const scratch_database database;
    std::vector<std::unique_ptr<process>> processes;
    for (int i = 0; i < 4; ++i) processes.push_back(std::make_unique<process>(database.dsn()));
    auto all = workloads();
    for (int repetition = 0; repetition < repetitions; ++repetition)
        for (auto& each : all) run(processes, each, for_s, repetition);
    print(all);
}

}  // namespace annals::benchmarks
