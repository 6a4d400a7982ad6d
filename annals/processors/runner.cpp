// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/runner.hpp>

#include <annals/processors/log_about.hpp>
#include <annals/processors/model_connection.hpp>

#include <algorithm>
#include <utility>

namespace annals::processors {

using namespace std::chrono_literals;
using telemetry::level;

namespace {

/// How long a runner without work sleeps at most: limits how late it ends or notices an assignment.
constexpr auto idle_max = 100ms;

/// How long it keeps a session that another processor waits for while it has events.
constexpr auto keeps_session_for = 50ms;

/// How often it looks whether events may be applied that wait for another log: soon at first, then less often. After a
/// while it does not look at each new event any more.
constexpr auto looks_again_after = 1ms;
constexpr auto looks_again_max = 50ms;
constexpr auto looks_at_each_change_for = 100ms;

/// After how long such a wait is noted as a failure: someone may keep the log locked.
constexpr auto wait_is_noted_after = 1s;

/// How an operator resumes it.
auto resume_of(const processor_id& id) -> std::string { return "annals " + verbs_for(id) + " resume " + id.name; }

/// After how long a failure is logged once more: it will probably not pass without help.
constexpr auto said_again_after = 10s;

}  // namespace

runner::runner(std::shared_ptr<processor> applied, runner_surroundings surroundings)
    : processor_(std::move(applied)),
      surroundings_(std::move(surroundings)),
      applier_(
          *processor_, surroundings_.store, surroundings_.from, [this] { connect(); }, surroundings_.parking),
      thread_([this](const std::stop_token& stop) { run(stop); })
{}

void runner::assign(std::vector<numbered_log> logs)
{
    std::size_t added = 0;
    {
        const std::scoped_lock lock(mutex_);
        if (logs == assigned_) return;
        for (const auto& log : logs) added += std::ranges::find(assigned_, log) == assigned_.end() ? 1 : 0;
        assigned_ = std::move(logs);
    }
    changed_.notify_all();
    if (added > 0) log_about(processor_->id(), level::info, "takes over logs", {{"logs", added}});
}

void runner::obey(const processor_state& state, clock::time_point read_at)
{
    const std::scoped_lock lock(mutex_);
    if (read_at > halted_at_) switched_ = state;
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
    stop_ = stop;
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
    give_back_session();
    stopped_ = true;
}

/// One round: obeys assignment and switches, then applies events or waits for them.
void runner::work(const std::stop_token& stop)
{
    const auto logs = assignment(stop);
    if (logs.empty() || !may_work()) {
        in_doubt_ = true;                                      // meanwhile checkpoints may be moved
        give_back_session();
        if (!logs.empty()) sleep(stop, idle_max);
        return;
    }
    if (in_doubt_) return settle_doubt();

    applier_.work_on(logs);
    auto& changes = surroundings_.from.changes();
    const auto seen = changes.count();
    const bool has_obeyed = carry_out_requests();
    const auto applied = applier_.step();
    if (const auto held_up = applier_.waits_for()) return wait_for_log(*held_up, seen);
    note_success();
    if (applied == 0) {
        if (has_obeyed) return;
        give_back_session();
        changes.wait(seen, idle_max);
    } else if (clock::now() - connected_at_ > keeps_session_for && surroundings_.sessions.is_awaited()) {
        give_back_session();
    }
}

/// Events are there, but an append to another log may still come before them.
void runner::wait_for_log(const one_order::wait& held_up, std::uint64_t seen)
{
    const auto waited = clock::now() - held_up.since;
    if (waited < wait_is_noted_after) {
        note_success();
    } else if (clock::now() - wait_noted_at_ > wait_is_noted_after) {
        wait_noted_at_ = clock::now();
        note_failure(eventstore::error(
            "events wait for appends to the log " + to_string(held_up.log) + ", which have been under way for "
                + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(waited).count())
                + " s: a session keeps it locked (docs/operating/faults.md, A log that is kept locked)",
            true));
    }
    const auto pause =
        std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(waited), looks_again_after, looks_again_max);
    if (waited < looks_at_each_change_for) {
        surroundings_.from.changes().wait(seen, pause);
    } else {
        give_back_session();
        sleep(stop_, pause);
    }
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
    auto lent = surroundings_.sessions.lend(processor_->id(), stop_);
    connected_at_ = clock::now();
    const std::scoped_lock lock(mutex_);
    applier_.connect(std::move(lent));
}

void runner::give_back_session()
{
    std::unique_lock lock(mutex_);
    auto used = applier_.disconnect();
    lock.unlock();
    if (used) surroundings_.sessions.give_back(*std::move(used));
}

/// After a failure: a session is not trusted then.
void runner::close_session()
{
    std::unique_lock lock(mutex_);
    auto used = applier_.disconnect();
    lock.unlock();
    if (used) surroundings_.sessions.close(*std::move(used));
}

/// Follows the operator's switch, and logs when it has changed.
auto runner::may_work() -> bool
{
    {
        const std::scoped_lock lock(mutex_);
        if (!switched_) return false;
        looks_for_requests_ = std::exchange(switched_->has_requests, false) || looks_for_requests_;
        if (switched_->is == state_.is) return state_.is == activity::running;
        state_ = *switched_;
    }
    const auto id = processor_->id();
    const auto to_do = resume_of(id);
    switch (state_.is) {
        case activity::running: log_about(id, level::info, "a projection is resumed"); return true;
        case activity::paused:
            log_about(id, level::info, "a projection is paused", {{"reason", state_.reason}, {"to_do", to_do}});
            return false;
        case activity::stopped:
            log_about(id, level::error, "a projection is stopped", {{"problem", state_.reason}, {"to_do", to_do}});
            return false;
    }
    return false;
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
    const auto id = processor_->id();
    state_ = {activity::stopped, one_line(problem), std::move(log), position};
    in_doubt_ = true;
    const auto* const event = dynamic_cast<const inapplicable*>(&problem);
    auto fields = fields_of(state_.reason, event ? event->code : error_code(problem));
    if (state_.position) {
        fields.emplace_back("log", to_string(*state_.log));
        fields.emplace_back("position", state_.position->number);
    }
    fields.emplace_back("to_do", "fix the cause, then: " + resume_of(id));
    log_about(id, level::error, "a projection is stopped; the others continue", std::move(fields));
    try {
        if (!applier_.connection()) connect();
        pqxx::work tx(*applier_.connection());
        write_state(tx, id, state_);
        tx.commit();
    } catch (const std::exception& unwritten) {
        close_session();
        log_about(id, level::warning, "the state of a projection cannot be saved",
                  fields_of(one_line(unwritten), error_code(unwritten)));
    }
    const std::scoped_lock lock(mutex_);
    switched_ = state_;
    halted_at_ = clock::now();
}

void runner::wait_and_try_again(const std::exception& problem, const std::stop_token& stop)
{
    in_doubt_ = true;
    if (dynamic_cast<const fenced*>(&problem)) return;
    close_session();
    if (is_lost_session(problem)) surroundings_.sessions.close_idle();
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
    const bool is_said = tell_lost_session(surroundings_.model_dsn, model_sessions::part, problem);
    auto fields = fields_of(reason, error_code(problem));
    if (!is_said && !std::exchange(said_why_, true))
        log_about(processor_->id(), level::warning, "a projection fails; trying again", fields);
    if (!says_more) return;
    fields.emplace_back("failures", failures);
    fields.emplace_back("since", eventstore::to_string(since));
    log_about(processor_->id(), level::warning, "a projection still fails; trying again", std::move(fields));
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
        log_about(processor_->id(), level::info, "a projection works again", {{"failures", before->failures}});
}

void runner::sleep(const std::stop_token& stop, std::chrono::milliseconds time)
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace annals::processors
