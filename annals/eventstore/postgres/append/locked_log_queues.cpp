// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/locked_log_queues.hpp>

#include <annals/eventstore/errors.hpp>

#include <algorithm>

namespace annals::eventstore::postgres {

locked_log_queues::locked_log_queues(std::string dsn, append_session::listener done)
    : dsn_(std::move(dsn)), listener_(std::move(done))
{
    listener_.log_locked = [this](std::int32_t other, pending_append one) { add(other, std::move(one)); };
}

locked_log_queues::~locked_log_queues()
{
    while (true) {
        std::jthread last;                       // a queue ends with its thread
        const std::scoped_lock lock(mutex_);
        if (queues_.empty()) return;
        last = std::move(queues_.begin()->second.thread);
    }
}

auto locked_log_queues::take(pending_append& one) -> bool
{
    if (count_ == 0) return false;
    const auto has_queue = [this](const stream_log& log) { return queues_.contains(log.number); };
    std::unique_lock lock(mutex_);
    const auto locked = std::ranges::find_if(one.what.logs, has_queue);
    if (locked == one.what.logs.end()) return false;
    lock.unlock();
    add(locked->number, std::move(one));
    return true;
}

void locked_log_queues::add(std::int32_t log, pending_append one)
{
    {
        const std::scoped_lock lock(mutex_);
        ended_.clear();
        auto& to = queues_[log];
        count_ = queues_.size();
        if (!to.thread.joinable()) to.thread = std::jthread([this, log] { work_off(log); });
        if (to.waiting.has_room()) return to.waiting.add(std::move(one));
    }
    one.done(std::make_exception_ptr(unavailable("too many appends are waiting for a log that another transaction has "
                                                 "locked: this one was not sent")));
}

void locked_log_queues::work_off(std::int32_t log)
{
    append_session own(dsn_, log, listener_);
    for (auto batch = next_of(log); !batch.empty(); batch = next_of(log)) own.send(std::move(batch));
}

auto locked_log_queues::next_of(std::int32_t log) -> std::vector<pending_append>
{
    const std::scoped_lock lock(mutex_);
    auto& from = queues_.at(log);
    auto batch = from.waiting.take_call();
    if (!batch.empty()) return batch;
    ended_.push_back(std::move(from.thread));
    queues_.erase(log);
    count_ = queues_.size();
    return batch;
}

}  // namespace annals::eventstore::postgres
