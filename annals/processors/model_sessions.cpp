// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/model_sessions.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/processors/model_connection.hpp>

#include <algorithm>

namespace annals::processors {

model_sessions::model_sessions(std::string dsn, std::size_t sessions_max)
    : dsn_(std::move(dsn)), sessions_max_(std::max<std::size_t>(1, sessions_max))
{}

auto model_sessions::lend(const processor_id& to, const std::stop_token& stop) -> model_session
{
    std::unique_lock lock(mutex_);
    const auto turn = ++last_turn_;
    waiting_.push_back(turn);
    const bool is_free = changed_.wait(lock, stop, [&] { return lent_ < sessions_max_ && waiting_.front() == turn; });
    std::erase(waiting_, turn);
    if (is_free) ++lent_;
    changed_.notify_all();
    if (!is_free) throw eventstore::unavailable("no session was free before the worker was asked to stop");
    auto idle = take_idle(to);
    lock.unlock();
    try {
        return idle && is_fit_for(to, *idle) ? *std::move(idle) : open();
    } catch (...) {
        free_place();
        throw;
    }
}

/// False when the session was lost while nobody had it.
auto model_sessions::is_fit_for(const processor_id& to, model_session& idle) -> bool
{
    if (!idle.prepared_for || idle.prepared_for == to) return true;
    try {
        reset_model_connection(idle.link);
        idle.prepared_for.reset();
        return true;
    } catch (const pqxx::broken_connection&) {
        close_idle();
        return false;
    }
}

/// Its own, or the longest unused one when no other may be opened.
auto model_sessions::take_idle(const processor_id& to) -> std::optional<model_session>
{
    auto chosen = std::ranges::find(idle_, std::optional(to), &model_session::prepared_for);
    if (chosen == idle_.end() && lent_ + idle_.size() > sessions_max_) chosen = idle_.begin();
    if (chosen == idle_.end()) return std::nullopt;
    std::optional<model_session> taken(std::move(*chosen));
    idle_.erase(chosen);
    return taken;
}

auto model_sessions::open() const -> model_session { return open_model_connection(dsn_, part); }

void model_sessions::give_back(model_session used)
{
    const bool is_lost = !used.link.is_open();
    if (is_lost) close_idle();
    const std::scoped_lock lock(mutex_);
    if (!is_lost) idle_.push_back(std::move(used));
    --lent_;
    changed_.notify_all();
}

void model_sessions::close(model_session used)
{
    used.link.close();
    free_place();
}

void model_sessions::free_place()
{
    const std::scoped_lock lock(mutex_);
    --lent_;
    changed_.notify_all();
}

void model_sessions::close_idle()
{
    std::deque<model_session> closed;
    const std::scoped_lock lock(mutex_);
    closed.swap(idle_);
}

auto model_sessions::is_awaited() const -> bool
{
    const std::scoped_lock lock(mutex_);
    return !waiting_.empty();
}

}  // namespace annals::processors
