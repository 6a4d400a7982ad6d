// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/orchestrator.hpp>
#include <benchmarks/benchmark.hpp>
#include <benchmarks/report.hpp>
#include <benchmarks/scratch_database.hpp>

#include <pqxx/pqxx>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

namespace annals::benchmarks {
namespace {

using namespace std::chrono_literals;

auto waiting(const std::string& name, std::chrono::milliseconds timeout) -> sagas::definition
{
    return {.name = name,
            .active_max = 1'000'000,
            .steps = {{.id = "wait", .compensation = sagas::no_compensation, .timeout = timeout, .signal = "never"}}};
}

constexpr auto start_many = R"(
    select count(*) from (
        select annals.start_saga_once($1, 'S-' || n, '{}', 'bench', null, annals.new_id())
        from generate_series(1, $2) n) s)";

constexpr auto count_waiting = "select count(*) from annals.saga_timers where saga_type = $1";
constexpr auto count_ended =
    "select count(*) from annals.saga_states where saga_type = $1 and completed_at is not null";

/// How late each time-out was noticed: when its fact was decided, against the deadline.
constexpr auto select_lateness = R"(
    select (extract(epoch from f.occurred_at - (s.data->>'deadline')::timestamptz) * 1000)::float8,
           extract(epoch from max((s.data->>'deadline')::timestamptz) over ()
                              - min((s.data->>'deadline')::timestamptz) over ())::float8
    from annals.recorded_events s
         join annals.recorded_events f on f.category = s.category and f.key = s.key and f.type = 'saga.step_failed'
    where s.category = 'saga.soon' and s.type = 'saga.step_started')";

void wait_for(pqxx::connection& link, const char* query, const std::string& type, int sagas)
{
    for (int seen = 0; seen < sagas; std::this_thread::sleep_for(200ms)) {
        pqxx::nontransaction tx(link);
        seen = tx.query_value<int>(query, pqxx::params{type});
    }
}

void start(pqxx::connection& link, const std::string& type, int sagas)
{
    pqxx::nontransaction(link).exec(start_many, pqxx::params{type, sagas});
    wait_for(link, count_waiting, type, sagas);
}

}  // namespace

void saga_timers(std::span<char*> arguments)
{
    const auto soon = static_cast<int>(option(arguments, "--due", 60'000));
    const auto later = static_cast<int>(option(arguments, "--pending", 100'000)) - soon;
    const auto timeout = std::chrono::seconds(static_cast<int>(option(arguments, "--timeout", 120)));
    const scratch_database database;
    sagas::orchestrator runs({.dsn = database.dsn(), .process = "bench"},
                             {waiting("soon", timeout), waiting("later", 1h)}, {});
    const std::jthread thread([&](const std::stop_token& stop) { runs.run(stop); });
    runs.wait_until_ready();
    pqxx::connection link(database.dsn());
    start(link, "later", later);
    start(link, "soon", soon);
    wait_for(link, count_ended, "soon", soon);

    std::vector<double> late_ms;
    double window_s = 0;
    pqxx::nontransaction tx(link);
    for (const auto& [ms, window] : tx.query<double, double>(select_lateness)) {
        late_ms.push_back(ms);
        window_s = window;
    }
    row line{"timers of sagas", {}, {}, static_cast<double>(soon) / window_s, {}, {}};
    line.p50_ms = percentile(late_ms, 0.5);
    line.p99_ms = percentile(late_ms, 0.99);
    line.worst_ms = late_ms.back();
    std::printf("%d pending, %zu of them due within %.0f s; the earliest was %.1f ms late\n", soon + later,
                late_ms.size(), window_s, late_ms.front());
    print("saga_timers", {line});
}

}  // namespace annals::benchmarks
