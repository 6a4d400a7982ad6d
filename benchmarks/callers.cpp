// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/callers.hpp>

#include <barrier>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace annals::benchmarks {
namespace {

using clock = std::chrono::steady_clock;

struct calls_of_one {
    std::int64_t events = 0;
    std::vector<double> latencies_ms;
};

auto call_for(seconds time, const one_call& call) -> calls_of_one
{
    calls_of_one all;
    const auto end = clock::now() + time;
    for (auto before = clock::now(); before < end;) {
        all.events += call();
        const auto after = clock::now();
        all.latencies_ms.push_back(std::chrono::duration<double, std::milli>(after - before).count());
        before = after;
    }
    return all;
}

}  // namespace

auto run_callers(int callers, seconds for_s, const std::function<one_call(int)>& make) -> sample
{
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
            calls_of_one mine;
            try {
                if (call) mine = call_for(for_s, call);
            } catch (...) {
                failed = std::current_exception();
            }
            const std::scoped_lock lock(mutex);
            events += mine.events;
            all.events_of_callers.push_back(static_cast<double>(mine.events));
            all.latencies_ms.insert(all.latencies_ms.end(), mine.latencies_ms.begin(), mine.latencies_ms.end());
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
