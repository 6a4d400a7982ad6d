// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/keyed_threads.hpp>

namespace annals::sagas {

keyed_threads::keyed_threads(std::size_t threads)
{
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

keyed_threads::~keyed_threads()
{
    for (auto& one : threads_) one.request_stop();
}

void keyed_threads::add(std::string key, std::function<void()> task)
{
    const std::scoped_lock lock(mutex_);
    auto& of_key = tasks_[key];
    of_key.push_back(std::move(task));
    if (of_key.size() > 1) return;
    ready_.push_back(std::move(key));
    changed_.notify_one();
}

void keyed_threads::work(const std::stop_token& stop)
{
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !ready_.empty(); })) {
        const auto key = std::move(ready_.front());
        ready_.pop_front();
        const auto task = std::move(tasks_.at(key).front());
        lock.unlock();
        task();
        lock.lock();
        const auto of_key = tasks_.find(key);
        of_key->second.pop_front();
        if (of_key->second.empty()) tasks_.erase(of_key);
        else ready_.push_back(key);
        if (stop.stop_requested()) return;
    }
}

}  // namespace annals::sagas
