// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/benchmark.hpp>
#include <benchmarks/callers.hpp>
#include <benchmarks/filled_database.hpp>
#include <benchmarks/in_flight.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/report.hpp>
#include <eventstore/postgres/postgres_store.hpp>

#include <array>
#include <atomic>
#include <memory>

namespace annals::benchmarks {
namespace {

using namespace eventstore;
using seconds = std::chrono::duration<double>;

/// A log of some size. Each append goes to the next stream, so that it finds its place in the indexes anew.
class sized_log {
public:
    sized_log(std::int64_t events, bool keeps)
        : database_(events, keeps), log_(postgres::open_store({.dsn = database_.dsn()}))
    {}

    auto blocking(int callers, seconds for_s) -> sample
    {
        return run_callers(callers, for_s, [&](int) -> one_call {
            return [this] {
                must_succeed(log_->append(next()));
                return 1;
            };
        });
    }
    auto in_flight(seconds for_s) -> sample
    {
        return run_in_flight(*log_, 64, for_s, [this] { return next(); });
    }

private:
    auto next() -> append_request
    {
        const auto number = appends_++;
        return {.streams = {{filled_database::stream(number % database_.streams()),
                             expected_version::exists(),
                             {event(static_cast<int>(number))}}}};
    }

    filled_database database_;
    std::unique_ptr<store> log_;
    std::atomic<std::int64_t> appends_ = 0;
};

struct workload {
    std::string what;
    int callers;
    sample (*run)(sized_log&, int callers, seconds);
};

const std::array workloads{
    workload{"annals", 1, [](sized_log& log, int callers, seconds s) { return log.blocking(callers, s); }},
    workload{"annals", 16, [](sized_log& log, int callers, seconds s) { return log.blocking(callers, s); }},
    workload{"annals, 64 in flight", 1, [](sized_log& log, int, seconds s) { return log.in_flight(s); }},
};

/// What one workload gave, small and large in turn.
struct figures {
    std::vector<double> rates, p50, p99, ratios;

    void add(sample one)
    {
        rates.push_back(one.events_per_s);
        p50.push_back(percentile(one.latencies_ms, 0.5));
        p99.push_back(percentile(one.latencies_ms, 0.99));
    }
    auto row(const workload& of, const std::string& size) const -> benchmarks::row
    {
        benchmarks::row line{of.what + ", " + size, of.callers, 1, median(rates), median(p50), median(p99), {}};
        if (!ratios.empty()) line.ratio_to["small"] = median(ratios);
        return line;
    }
};

}  // namespace

void append_at_size(std::span<char*> arguments)
{
    const seconds for_s{option(arguments, "--seconds", 2)};
    const seconds warm_s{option(arguments, "--warm", 10)};
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 3));
    const auto events = static_cast<std::int64_t>(option(arguments, "--events", 10'000'000));
    const auto keeps = has(arguments, "--keep");
    sized_log small(100'000, keeps);
    sized_log large(events, keeps);
    if (for_s.count() == 0) return;

    // The first write to a page after a checkpoint logs the whole page: that is over before anything is measured.
    for (auto* const log : {&small, &large}) log->in_flight(warm_s);
    std::array<std::array<figures, 2>, workloads.size()> found;
    for (int repetition = 0; repetition < repetitions; ++repetition)
        for (std::size_t i = 0; i < workloads.size(); ++i) {
            auto& [of_small, of_large] = found[i];
            of_small.add(workloads[i].run(small, workloads[i].callers, for_s));
            of_large.add(workloads[i].run(large, workloads[i].callers, for_s));
            of_large.ratios.push_back(of_large.rates.back() / of_small.rates.back());
        }
    std::vector<row> rows;
    for (std::size_t i = 0; i < workloads.size(); ++i) {
        rows.push_back(found[i][0].row(workloads[i], "100 thousand stored"));
        rows.push_back(found[i][1].row(workloads[i], std::to_string(events / 1'000'000) + " million stored"));
    }
    print("append_at_size", rows);
}

}  // namespace annals::benchmarks
