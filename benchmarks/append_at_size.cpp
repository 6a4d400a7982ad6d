// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <benchmarks/benchmark.hpp>
#include <benchmarks/callers.hpp>
#include <benchmarks/filled_database.hpp>
#include <benchmarks/in_flight.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/report.hpp>

#include <atomic>
#include <memory>

namespace annals::benchmarks {
namespace {

using namespace eventstore;

/// A log of a given size. Each append goes to the next stream, so that it has to find its place in the indexes.
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
    std::vector<sample> of_small = {}, of_large = {};    // in turn
};

auto workloads() -> std::vector<workload>
{
    const auto blocking = [](sized_log& log, int callers, seconds s) { return log.blocking(callers, s); };
    const auto in_flight = [](sized_log& log, int, seconds s) { return log.in_flight(s); };
    return {{"annals", 1, blocking}, {"annals", 16, blocking}, {"annals, 64 in flight", 1, in_flight}};
}

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

    // The first write to a page after a checkpoint logs the whole page: do that before the measurement.
    for (auto* const log : {&small, &large}) log->in_flight(warm_s);
    auto all = workloads();
    for (int repetition = 0; repetition < repetitions; ++repetition)
        for (auto& each : all) {
            each.of_small.push_back(each.run(small, each.callers, for_s));
            each.of_large.push_back(each.run(large, each.callers, for_s));
        }
    const auto millions = std::to_string(events / 1'000'000);
    std::vector<row> rows;
    for (auto& each : all) {
        rows.push_back(medians(each.what + ", 100 thousand stored", each.callers, 1, each.of_small));
        rows.push_back(medians(each.what + ", " + millions + " million stored", each.callers, 1, each.of_large));
        rows.back().ratio_to["small"] = ratio(each.of_large, each.of_small);
    }
    print("append_at_size", rows);
}

}  // namespace annals::benchmarks
