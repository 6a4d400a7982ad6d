// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/runner.hpp>

#include <annals/processors/model_connection.hpp>

#include <algorithm>
#include <utility>

namespace annals::processors {

using namespace std::chrono_literals;

namespace {

/// How long a runner without work sleeps at most: limits how late it ends or notices an assignment.
constexpr auto idle_max = 100ms;
constexpr auto state_read_every = 1s;

/// How an operator resumes it.
auto resume_of(const processor_id& id) -> std::string
{
    return std::string("annals ") + (id.registration == 0 ? "processors" : "projections") + " resume " + id.name;
}

/// After how long a failure is logged once more: it will probably not pass without help.
constexpr auto said_again_after = 10s;

}  // namespace

runner::runner(std::shared_ptr<processor> applied, runner_surroundings surroundings)
    : processor_(std::move(applied)),
      surroundings_(std::move(surroundings)),
      applier_(*processor_, surroundings_.store, surroundings_.from, surroundings_.parking,
               [this](telemetry::level at, const std::string& what) { say(at, what); }),
      thread_([this](const std::stop_token& stop) { run(stop); })
{}

void runner::assign(std::vector<numbered_log> logs)
{
    {
        const std::scoped_lock lock(mutex_);
        assigned_ = std::move(logs);
    }
    changed_.notify_all();
}

auto runner::take_lost() -> std::vector<numbered_log>
{
    const std::scoped_lock lock(mutex_);
    return std::exchange(lost_, {});
}

auto runner::attempts() const -> std::optional<failed_attempts>
{
    const std::scoped_lock lock(mutex_);
    return attempts_;
}

void runner::request_stop() { thread_.request_stop(); }

void runner::cancel()
{
    const std::scoped_lock lock(mutex_);
    applier_.cancel();
}

void runner::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        try {
            work(stop);
        } catch (const inapplicable& problem) {
            halt(problem, problem.log, problem.position);
        } catch (const restored& problem) {
            halt(problem, {}, {});
        } catch (const too_much_parked& problem) {
            halt(problem, {}, {});
        } catch (const replaced&) {
            give_up_everything();
        } catch (const std::exception& problem) {
            wait_and_try_again(problem, stop);
        }
    }
    disconnect();
    stopped_ = true;
}

/// One round: obeys assignment and switches, then applies events or waits for them.
void runner::work(const std::stop_token& stop)
{
    const auto logs = assignment(stop);
    if (logs.empty()) return disconnect();
    if (!applier_.connection()) connect();
    if (!may_work()) return sleep(stop, idle_max);
    if (in_doubt_) return settle_doubt();

    applier_.work_on(logs);
    auto& changes = surroundings_.from.changes();
    const auto seen = changes.count();
    const bool has_obeyed = carry_out_requests();
    const auto applied = applier_.step();
    note_success();
    if (applied == 0 && !has_obeyed) changes.wait(seen, idle_max);
}

auto runner::carry_out_requests() -> bool
{
    looks_for_requests_ = looks_for_requests_ && applier_.carry_out_request();
    return looks_for_requests_;
}

/// The assigned logs; waits a little while there are none.
auto runner::assignment(const std::stop_token& stop) -> std::vector<numbered_log>
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, idle_max, [&] { return !assigned_.empty(); });
    return assigned_;
}

void runner::connect()
{
    auto connection = open_model_connection(surroundings_.model_dsn, processor_->id().name);
    const std::scoped_lock lock(mutex_);
    applier_.connect(std::move(connection));
    state_read_at_ = {};
    in_doubt_ = true;
}

void runner::disconnect()
{
    const std::scoped_lock lock(mutex_);
    applier_.disconnect();
}

/// Reads the operator's switch about once a second, and logs when it has changed.
auto runner::may_work() -> bool
{
    const auto now = std::chrono::steady_clock::now();
    if (now - state_read_at_ < state_read_every) return state_.is == activity::running;

    pqxx::nontransaction tx(*applier_.connection());
    const auto before = std::exchange(state_, read_state(tx, processor_->id()));
    state_read_at_ = now;
    looks_for_requests_ = true;
    if (state_.is == before.is) return state_.is == activity::running;
    in_doubt_ = true;
    if (state_.is == activity::running) say(telemetry::level::info, "resumed");
    else
        say(state_.is == activity::stopped ? telemetry::level::error : telemetry::level::info,
            to_string(state_.is) + ": " + state_.reason
                + " (it stays so until it is resumed: " + resume_of(processor_->id()) + ")");
    return state_.is == activity::running;
}

/// After a batch whose outcome is unknown, and after a pause in which checkpoints may have been moved.
void runner::settle_doubt()
{
    const auto lost = applier_.read_again();
    in_doubt_ = false;
    if (lost.empty()) return;
    const std::scoped_lock lock(mutex_);
    std::erase_if(assigned_, [&](const numbered_log& log) { return std::ranges::find(lost, log) != lost.end(); });
    lost_.insert(lost_.end(), lost.begin(), lost.end());
}

/// Its registration was removed: the worker will learn this from its source, and end this runner.
void runner::give_up_everything()
{
    const std::scoped_lock lock(mutex_);
    lost_.insert(lost_.end(), assigned_.begin(), assigned_.end());
    assigned_.clear();
}

/// Stops this processor, everywhere, until an operator resumes it.
void runner::halt(const std::exception& problem, std::optional<eventstore::log_id> log,
                  std::optional<eventstore::log_position> position)
{
    state_ = {activity::stopped, one_line(problem), std::move(log), position};
    in_doubt_ = true;
    say(telemetry::level::error,
        "stopped: " + state_.reason + " (others continue; fix the cause, then: " + resume_of(processor_->id()) + ")");
    try {
        if (!applier_.connection()) connect();
        pqxx::work tx(*applier_.connection());
        write_state(tx, processor_->id(), state_);
        tx.commit();
        state_read_at_ = std::chrono::steady_clock::now();
    } catch (const std::exception& unwritten) {
        disconnect();
        say(telemetry::level::warning, "its stopped state could not be saved: " + one_line(unwritten));
    }
}

void runner::wait_and_try_again(const std::exception& problem, const std::stop_token& stop)
{
    in_doubt_ = true;
    if (dynamic_cast<const fenced*>(&problem)) return;
    disconnect();                                              // a session is not trusted after a failure
    if (stop.stop_requested()) return;
    note_failure(problem);
    sleep(stop, back_off_.next());
}

void runner::note_failure(const std::exception& problem)
{
    const auto now = eventstore::now();
    const auto reason = one_line(problem);
    std::unique_lock lock(mutex_);
    if (!attempts_ || attempts_->failures == 0) {
        attempts_ = {.since = now};
        has_said_more_ = false;
    }
    auto& known = *attempts_;
    ++known.failures;
    known.reason = reason;
    known.failed_at = now;
    const auto failures = known.failures;
    const auto since = known.since;
    const bool says_more = !has_said_more_ && !is_outage(problem) && now - since > said_again_after;
    has_said_more_ = has_said_more_ || says_more;
    lock.unlock();
    const bool is_said = tell_lost_session(surroundings_.model_dsn, processor_->id().name, problem);
    if (!is_said && !std::exchange(said_why_, true)) say(telemetry::level::warning, reason + "; trying again");
    if (says_more)
        say(telemetry::level::warning, "has failed " + std::to_string(failures) + " times since "
                                           + eventstore::to_string(since) + " and is still trying: " + reason);
}

void runner::forget_attempts()
{
    const std::scoped_lock lock(mutex_);
    attempts_.reset();
}

void runner::note_success()
{
    back_off_.reset();
    std::unique_lock lock(mutex_);
    if (attempts_ && attempts_->failures == 0) return;
    const auto before = std::exchange(attempts_, failed_attempts{});
    lock.unlock();
    if (before && std::exchange(said_why_, false))
        say(telemetry::level::info, "working again after " + std::to_string(before->failures) + " failures");
}

void runner::sleep(const std::stop_token& stop, std::chrono::milliseconds time)
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, time, [] { return false; });
}

void runner::say(telemetry::level at, const std::string& what)
{
    surroundings_.report(at, to_string(processor_->id()) + ": " + what);
}

}  // namespace annals::processors
