// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/store_bell.hpp>

#include <eventstore/postgres/connection.hpp>
#include <eventstore/postgres/incarnation.hpp>

#include <chrono>
#include <utility>

namespace annals::eventstore::postgres {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval = 50ms;
constexpr auto notify_interval = 5ms;
constexpr auto reconnect_interval = 500ms;
constexpr auto incarnation_interval = 1s;

/// Changes with every commit that writes, anywhere in the cluster; costs next to nothing.
constexpr auto committed_so_far = "select pg_current_snapshot()::text";

/// Sleeps, unless it is time to stop.
void pause(const std::stop_token& stop, std::chrono::milliseconds time)
{
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

store_bell::store_bell(std::string dsn)
    : dsn_(std::move(dsn)),
      listener_([this](std::stop_token stop) { listen(std::move(stop)); }),
      notifier_([this](std::stop_token stop) { notify(std::move(stop)); })
{}

void store_bell::committed()
{
    bell_.ring();
    const std::scoped_lock lock(mutex_);
    if (!std::exchange(is_due_, true)) due_.notify_one();
}

auto store_bell::incarnation() -> std::optional<std::string>
{
    const std::scoped_lock lock(mutex_);
    return incarnation_;
}

void store_bell::set_incarnation(std::optional<std::string> found)
{
    const std::scoped_lock lock(mutex_);
    incarnation_ = std::move(found);
}

void store_bell::listen(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        try {
            listen_on_one_session(stop);
        } catch (const error&) {
            set_incarnation({});
            pause(stop, reconnect_interval);
        }
    }
}

void store_bell::listen_on_one_session(std::stop_token stop)
{
    connection session(dsn_, [&stop] { return stop.stop_requested(); });
    session.execute("listen annals_log");
    std::string seen;
    std::chrono::steady_clock::time_point identified_at;
    while (!stop.stop_requested()) {
        if (const auto now = std::chrono::steady_clock::now(); now - identified_at > incarnation_interval) {
            set_incarnation(read_incarnation(session));
            identified_at = now;
        }
        auto now = session.query(committed_so_far).get<std::string>(0, 0);
        if (now != seen) bell_.ring();
        seen = std::move(now);
        const auto next_poll = clock::now() + poll_interval;
        for (auto left = poll_interval; left > 0ms && !stop.stop_requested();
             left = std::chrono::ceil<std::chrono::milliseconds>(next_poll - clock::now()))
            if (session.wait_for_notification(left, notifier_pid_)) bell_.ring();    // this process's own: not yet
    }
}

void store_bell::notify(std::stop_token stop)
{
    std::optional<connection> session;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            if (!due_.wait(lock, stop, [this] { return is_due_; })) return;
            is_due_ = false;
        }
        try {
            if (!session) {
                session.emplace(dsn_, [&stop] { return stop.stop_requested(); })
                    .execute("set synchronous_commit = off");
                notifier_pid_ = session->backend_pid();
            }
            session->execute("notify annals_log");
        } catch (const error&) {
            session.reset();                     // the listeners poll
        }
        pause(stop, notify_interval);
    }
}

}  // namespace annals::eventstore::postgres
