// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/change_listener.hpp>

#include <annals/eventstore/postgres/incarnation.hpp>
#include <annals/libpq/connection.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_min = 50ms, poll_max = 250ms;
constexpr auto notify_interval = 5ms;
constexpr auto reconnect_interval = 500ms;
constexpr auto incarnation_interval = 1s;
constexpr auto answer_within = 10s;          // a session that takes longer is replaced

/// Changes with every commit that writes, anywhere in the cluster; costs next to nothing.
constexpr auto committed_so_far = "select pg_current_snapshot()::text";

/// Twice as soon after a change, and later and later while there is none: what an idle process writes about itself
/// does not make it look often.
auto next_interval(std::chrono::milliseconds before, bool has_changed) -> std::chrono::milliseconds
{
    return std::clamp(has_changed ? before / 2 : before + before / 4, poll_min, poll_max);
}

/// Sleeps, unless it is time to stop.
void pause(const std::stop_token& stop, std::chrono::milliseconds time)
{
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

change_listener::change_listener(std::string dsn)
    : dsn_(std::move(dsn)), thread_([this](const std::stop_token& stop) { run(stop); })
{}

void change_listener::committed()
{
    changes_.tell();
    if (!is_due_.exchange(true)) wake_.set();
}

auto change_listener::incarnation() -> std::optional<std::string>
{
    const std::scoped_lock lock(mutex_);
    return incarnation_;
}

void change_listener::set_incarnation(std::optional<std::string> found)
{
    const std::scoped_lock lock(mutex_);
    incarnation_ = std::move(found);
}

void change_listener::run(const std::stop_token& stop)
{
    const std::stop_callback wake_to_stop(stop, [this] { wake_.set(); });
    while (!stop.stop_requested()) {
        try {
            run_one_session(stop);
        } catch (const std::exception&) {
            set_incarnation({});
            pause(stop, reconnect_interval);
        }
    }
}

void change_listener::run_one_session(const std::stop_token& stop)
{
    connection session(dsn_, "listener", [&stop] { return stop.stop_requested(); }, clock::now() + answer_within);
    session.execute("set synchronous_commit = off; listen annals_log");
    std::string seen;
    clock::time_point identify_at, poll_at, notify_at;
    auto interval = poll_min;
    while (!stop.stop_requested()) {
        session.answer_by(clock::now() + answer_within);
        if (clock::now() >= identify_at) {
            set_incarnation(read_incarnation(session));
            identify_at = clock::now() + incarnation_interval;
        }
        if (clock::now() >= poll_at) {
            auto now = session.query(committed_so_far).get<std::string>(0, 0);
            interval = next_interval(interval, now != seen);
            if (now != seen) changes_.tell();
            seen = std::move(now);
            poll_at = clock::now() + interval;
        }
        if (is_due_ && clock::now() >= notify_at) {
            is_due_ = false;
            session.execute("notify annals_log");
            notify_at = clock::now() + notify_interval;
        }
        const auto until = is_due_ ? std::min(poll_at, notify_at) : poll_at;
        if (session.wait_for_notification(until, session.backend_pid(), &wake_)) changes_.tell();
    }
}

}  // namespace annals::eventstore::postgres
