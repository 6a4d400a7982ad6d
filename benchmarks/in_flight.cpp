// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/in_flight.hpp>

#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace annals::benchmarks {

using namespace eventstore;

void must_succeed(const append_result& result)
{
    if (!result) throw std::runtime_error(to_string(result.error()));
}

auto run_in_flight(store& log, int limit, seconds for_s, const std::function<append_request()>& next) -> sample
{
    using clock = std::chrono::steady_clock;
    std::mutex mutex;
    std::condition_variable fewer;
    int flying = 0;
    std::string problem;
    sample result;
    const auto begin = clock::now();
    std::size_t events = 0;
    while (clock::now() - begin < for_s) {
        auto request = next();
        for (const auto& part : request.streams) events += part.events.size();
        {
            std::unique_lock lock(mutex);
            fewer.wait(lock, [&] { return flying < limit; });
            ++flying;
        }
        log.append(std::move(request), [&, sent = clock::now()](append_outcome outcome) {
            const std::scoped_lock lock(mutex);
            try {
                must_succeed(std::move(outcome).get());
            } catch (const std::exception& error) {
                problem = error.what();
            }
            result.latencies_ms.push_back(std::chrono::duration<double, std::milli>(clock::now() - sent).count());
            if (--flying <= limit / 2) fewer.notify_one();
        });
    }
    std::unique_lock lock(mutex);
    fewer.wait(lock, [&] { return flying == 0; });
    if (!problem.empty()) throw std::runtime_error(problem);
    result.events_per_s = static_cast<double>(events) / std::chrono::duration<double>(clock::now() - begin).count();
    return result;
}

}  // namespace annals::benchmarks
