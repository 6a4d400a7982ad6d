// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/append_queue.hpp>

#include <annals/eventstore/errors.hpp>

namespace annals::eventstore::postgres {

void append_queue::push(pending_append one)
{
    std::unique_lock lock(mutex_);
    if (!emptied_.wait_until(lock, one.until, [this] { return waiting_.has_room() || is_closed_; }))
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
    waiting_.add(std::move(one));
    if (!is_claimed_) filled_.notify_one();
}

auto append_queue::claim() -> bool
{
    const std::scoped_lock lock(mutex_);
    if (is_claimed_ || is_closed_ || !waiting_.empty()) return false;
    is_claimed_ = true;
    return true;
}

void append_queue::release(deadline due)
{
    const std::scoped_lock lock(mutex_);
    is_claimed_ = false;
    due_ = due;
    if (!waiting_.empty() || is_closed_ || due_ < wakes_at_) filled_.notify_one();
}

auto append_queue::can_take() const -> bool
{
    if (is_claimed_) return false;
    return !waiting_.empty() || (due_ == deadline::max() ? is_closed_ : due_ <= std::chrono::steady_clock::now());
}

auto append_queue::take() -> std::optional<std::vector<pending_append>>
{
    std::unique_lock lock(mutex_);
    while (!can_take()) {
        wakes_at_ = is_claimed_ ? deadline::max() : due_;
        if (wakes_at_ == deadline::max()) filled_.wait(lock);
        else filled_.wait_until(lock, wakes_at_);
    }
    if (waiting_.empty() && due_ == deadline::max()) return {};
    is_claimed_ = true;
    auto taken = waiting_.take_call();
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
