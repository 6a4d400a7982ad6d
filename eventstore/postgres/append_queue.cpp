// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/append_queue.hpp>

#include <eventstore/errors.hpp>

#include <boost/functional/hash.hpp>
#include <boost/uuid/uuid_hash.hpp>

#include <unordered_set>

namespace annals::eventstore::postgres {
namespace {

/// What makes an append the same as one that is in the call already.
class call_contents {
public:
    auto admits(const append_request& request) -> bool
    {
        if (request.idempotency_key && !keys_.insert(*request.idempotency_key).second) return false;
        for (const auto& part : request.streams)
            if (!part.events.empty() && !first_ids_.insert(part.events.front().id).second) return false;
        return true;
    }

private:
    std::unordered_set<uuid, boost::hash<uuid>> first_ids_;
    std::unordered_set<std::string> keys_;
};

}  // namespace

auto take_call(std::deque<pending_append>& waiting) -> std::vector<pending_append>
{
    constexpr std::size_t appends_max = 256;
    constexpr std::size_t bytes_max = 4 << 20;
    std::vector<pending_append> taken;
    std::size_t bytes = 0;
    call_contents contents;
    while (!waiting.empty() && taken.size() < appends_max) {
        auto& next = waiting.front();
        bytes += next.bytes;
        if ((!taken.empty() && bytes > bytes_max) || !contents.admits(next.what.request)) break;
        taken.push_back(std::move(next));
        waiting.pop_front();
    }
    return taken;
}

void append_queue::push(pending_append one)
{
    std::unique_lock lock(mutex_);
    if (!has_room() && !emptied_.wait_until(lock, one.until, [this] { return has_room() || is_closed_; }))
        throw unavailable("too many appends are waiting for PostgreSQL: this one was not sent");
    if (is_closed_) throw unavailable("the event store is being closed: this append was not sent");
    add(std::move(one));
}

void append_queue::push_now(pending_append one)
{
    const std::scoped_lock lock(mutex_);
    add(std::move(one));
}

void append_queue::add(pending_append one)
{
    bytes_ += one.bytes;
    waiting_.push_back(std::move(one));
    if (!is_claimed_) filled_.notify_one();
}

auto append_queue::claim() -> bool
{
    const std::scoped_lock lock(mutex_);
    if (is_claimed_ || is_closed_ || !waiting_.empty()) return false;
    is_claimed_ = true;
    return true;
}

void append_queue::release()
{
    const std::scoped_lock lock(mutex_);
    is_claimed_ = false;
    if (!waiting_.empty() || is_closed_) filled_.notify_one();
}

auto append_queue::take() -> std::vector<pending_append>
{
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return !is_claimed_ && (!waiting_.empty() || is_closed_); });
    is_claimed_ = true;
    auto taken = take_call(waiting_);
    for (const auto& one : taken) bytes_ -= one.bytes;
    if (!is_closed_) emptied_.notify_all();
    return taken;
}

void append_queue::close()
{
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
    filled_.notify_all();
    emptied_.notify_all();
}

}  // namespace annals::eventstore::postgres
