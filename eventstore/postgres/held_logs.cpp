// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/held_logs.hpp>

#include <eventstore/errors.hpp>

#include <algorithm>

namespace annals::eventstore::postgres {

held_logs::held_logs(std::string dsn, append_session::listener done) : dsn_(std::move(dsn)), listener_(std::move(done))
{
    listener_.busy = [this](std::int32_t other, pending_append one) { add(other, std::move(one)); };
}

held_logs::~held_logs()
{
    while (true) {
        std::jthread last;                       // a line ends with its thread
        const std::scoped_lock lock(mutex_);
        if (lines_.empty()) return;
        last = std::move(lines_.begin()->second.thread);
    }
}

auto held_logs::take(pending_append& one) -> bool
{
    if (count_ == 0) return false;
    const auto has_line = [this](const stream_log& log) { return lines_.contains(log.number); };
    std::unique_lock lock(mutex_);
    const auto held = std::ranges::find_if(one.what.logs, has_line);
    if (held == one.what.logs.end()) return false;
    lock.unlock();
    add(held->number, std::move(one));
    return true;
}

void held_logs::add(std::int32_t log, pending_append one)
{
    {
        const std::scoped_lock lock(mutex_);
        ended_.clear();
        auto& to = lines_[log];
        count_ = lines_.size();
        if (!to.thread.joinable()) to.thread = std::jthread([this, log] { work_off(log); });
        if (to.waiting.has_room()) return to.waiting.add(std::move(one));
    }
    one.done(std::make_exception_ptr(
        unavailable("too many appends are waiting for a log that another transaction holds: this one was not sent")));
}

void held_logs::work_off(std::int32_t log)
{
    append_session own(dsn_, log, listener_);
    for (auto batch = next_of(log); !batch.empty(); batch = next_of(log)) own.send(std::move(batch));
}

auto held_logs::next_of(std::int32_t log) -> std::vector<pending_append>
{
    const std::scoped_lock lock(mutex_);
    auto& from = lines_.at(log);
    auto batch = from.waiting.take_call();
    if (!batch.empty()) return batch;
    ended_.push_back(std::move(from.thread));
    lines_.erase(log);
    count_ = lines_.size();
    return batch;
}

}  // namespace annals::eventstore::postgres
