// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/call_limits.hpp>

#include <algorithm>
#include <sys/socket.h>

namespace annals::libpq {

/// The thread is woken only for a limit before the next look. With one patience for all, that is once in that time.
call_limits::limit::limit(call_limits& of, int socket, time_point until) : of_(of)
{
    const std::scoped_lock lock(of_.mutex_);
    place_ = of_.in_use_.insert(of_.in_use_.end(), {socket, until});
    if (!of_.thread_.joinable()) of_.thread_ = std::jthread([&of](const std::stop_token& stop) { of.run(stop); });
    if (until < of_.looks_at_) of_.changed_.notify_one();
}

call_limits::limit::~limit()
{
    const std::scoped_lock lock(of_.mutex_);
    of_.in_use_.erase(place_);
}

void call_limits::run(const std::stop_token& stop)
{
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        end_late(std::chrono::steady_clock::now());
        looks_at_ = earliest();
        const auto is_earlier = [this] { return earliest() < looks_at_; };
        if (looks_at_ == time_point::max()) changed_.wait(lock, stop, is_earlier);
        else changed_.wait_until(lock, stop, looks_at_, is_earlier);
    }
}

auto call_limits::earliest() const -> time_point
{
    auto first = time_point::max();
    for (const auto& one : in_use_)
        if (!one.is_ended) first = std::min(first, one.until);
    return first;
}

void call_limits::end_late(time_point now)
{
    for (auto& one : in_use_) {
        if (one.is_ended || one.until > now) continue;
        one.is_ended = true;
        ::shutdown(one.socket, SHUT_RDWR);
    }
}

}  // namespace annals::libpq
