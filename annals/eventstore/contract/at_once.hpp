// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <latch>
#include <thread>
#include <vector>

namespace annals::eventstore::contract {

/// Runs `work(0)` … `work(count - 1)` at the same time, each in a thread of its own, and waits for all of them.
template <class Work>
void at_once(int count, Work work)
{
    std::latch start{count};
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i)
        threads.emplace_back([&, i] {
            start.arrive_and_wait();
            work(i);
        });
}

}  // namespace annals::eventstore::contract
