// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/callers.hpp>

#include <barrier>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace annals::benchmarks {

auto run_callers(int callers, seconds for_s, const std::function<one_call(int)>& make) -> sample
{
    using clock = std::chrono::steady_clock;
    std::barrier all_ready(callers + 1);
    std::mutex mutex;
    std::exception_ptr problem;
    sample all;
    std::int64_t events = 0;

    std::vector<std::jthread> threads;
    for (int caller = 0; caller < callers; ++caller)
        threads.emplace_back([&, caller] {
            one_call call;
            std::exception_ptr failed;
            try {
                call = make(caller);
            } catch (...) {
                failed = std::current_exception();
            }
            all_ready.arrive_and_wait();
            std::vector<double> latencies_ms;
            std::int64_t mine = 0;
            const auto end = clock::now() + for_s;
            try {
                for (auto before = clock::now(); call && before < end;) {
                    mine += call();
                    const auto after = clock::now();
                    latencies_ms.push_back(std::chrono::duration<double, std::milli>(after - before).count());
                    before = after;
                }
            } catch (...) {
                failed = std::current_exception();
            }
            const std::scoped_lock lock(mutex);
            events += mine;
            all.events_of_callers.push_back(static_cast<double>(mine));
            all.latencies_ms.insert(all.latencies_ms.end(), latencies_ms.begin(), latencies_ms.end());
            if (failed) problem = failed;
        });
    all_ready.arrive_and_wait();
    const auto begin = clock::now();
    threads.clear();
    if (problem) std::rethrow_exception(problem);
    all.events_per_s = static_cast<double>(events) / std::chrono::duration<double>(clock::now() - begin).count();
    return all;
}

}  // namespace annals::benchmarks
