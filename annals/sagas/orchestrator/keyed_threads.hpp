// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace annals::sagas {

/// Some threads that carry out tasks. Those of one key are carried out one after the other, in their order. A task must
/// not throw. Thread-safe. Its end waits for tasks that were begun, and forgets the others.
class keyed_threads {
public:
    explicit keyed_threads(std::size_t threads);
    ~keyed_threads();

    void add(std::string key, std::function<void()> task);

private:
    void work(const std::stop_token&);

    std::mutex mutex_;  // guards all of these
    std::condition_variable_any changed_;
    std::deque<std::string> ready_;  ///< keys with a task that may begin
    std::map<std::string, std::deque<std::function<void()>>> tasks_;  ///< by key; the first may be under way
    std::vector<std::jthread> threads_;  // last: they end before what they use
};

}  // namespace annals::sagas
