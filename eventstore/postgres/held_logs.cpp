// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/held_logs.hpp>

#include <eventstore/postgres/append_queue.hpp>

namespace annals::eventstore::postgres {

held_logs::held_logs(std::string dsn, lane::listener events) : dsn_(std::move(dsn)), listener_(std::move(events))
{
    listener_.busy = [](std::int32_t, pending_append) {};    // a patient lane is never told so
}

held_logs::~held_logs()
{
    while (true) {
        std::jthread last;                       // a line is gone when its thread has ended
        const std::scoped_lock lock(mutex_);
        if (lines_.empty()) return;
        last = std::move(lines_.begin()->second.thread);
    }
}

auto held_logs::take(pending_append& one) -> bool
{
    if (count_ == 0) return false;
    const std::scoped_lock lock(mutex_);
    for (const auto& log : one.what.logs) {
        const auto found = lines_.find(log.number);
        if (found == lines_.end()) continue;
        found->second.waiting.push_back(std::move(one));
        return true;
    }
    return false;
}

void held_logs::add(std::int32_t log, pending_append one)
{
    const std::scoped_lock lock(mutex_);
    ended_.clear();
    auto& to = lines_[log];
    count_ = lines_.size();
    to.waiting.push_back(std::move(one));
    if (!to.thread.joinable()) to.thread = std::jthread([this, log] { work_off(log); });
}

void held_logs::work_off(std::int32_t log)
{
    lane own(dsn_, patience::waits, listener_);
    for (auto batch = next_of(log); !batch.empty(); batch = next_of(log)) own.send(std::move(batch));
}

auto held_logs::next_of(std::int32_t log) -> std::vector<pending_append>
{
    const std::scoped_lock lock(mutex_);
    auto& from = lines_.at(log);
    auto batch = take_call(from.waiting);
    if (!batch.empty()) return batch;
    ended_.push_back(std::move(from.thread));
    lines_.erase(log);
    count_ = lines_.size();
    return batch;
}

}  // namespace annals::eventstore::postgres
