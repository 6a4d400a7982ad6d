// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/back_off.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace annals::eventstore {

auto back_off::next() -> std::chrono::milliseconds
{
    constexpr int doublings_max = 20;
    const auto most = std::min(longest_, first_ * (1 << std::min(attempts_, doublings_max)));
    ++attempts_;
    if (!random_) random_.emplace(std::random_device{}());
    return std::chrono::milliseconds(std::uniform_int_distribution(most.count() / 2, most.count())(*random_));
}

void pause(const std::stop_token& stop, std::chrono::milliseconds time)
{
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace annals::eventstore
