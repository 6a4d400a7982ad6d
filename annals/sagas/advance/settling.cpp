// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/deciding.hpp>
#include <annals/sagas/advance/retry_delay.hpp>

#include <algorithm>

/// What follows from a saga's new state.
namespace annals::sagas {

void deciding::settle()
{
    if (!saga_.is_started || saga_.is_over()) return;
    end_attempts_that_are_late();
    if (saga_.is_paused) return;
    park_failed_steps();
    turn_back();
    if (saga_.turned_by) begin_undoing();
    else begin_steps();
    end_it();
}

/// The retries of a step: the first one after the delay, each further one after twice as long.
void deciding::fail(std::size_t i, direction where, std::string error, bool outcome_unknown, bool retryable)
{
    const auto& of = plan_.at(i);
    const auto& track = saga_.steps[i].to(where);
    const auto retries = where == direction::forward ? of.retries : plan_.of().compensation_retries;
    const auto done = track.attempts - track.attempts_before;
    const bool may_retry = retryable && done <= retries && !(where == direction::forward && saga_.turned_by);
    step_failed fact{of.id, where, track.attempts, std::move(error), outcome_unknown, {}};
    if (may_retry) fact.retry_at = at_.now + retry_delay(of, done, at_.chance());
    record(std::move(fact));
}

void deciding::end_attempts_that_are_late()
{
    for (std::size_t i = 0; i < plan_.size(); ++i)
        for (const auto where : {direction::forward, direction::backward}) {
            const auto& track = saga_.steps[i].to(where);
            if (track.now != track::state::running || at_.now < track.until) continue;
            const bool is_signal = !plan_.at(i).signal.empty();
            fail(i, where, is_signal ? "the signal " + plan_.at(i).signal + " did not come" : "no answer in time",
                 !is_signal, true);
        }
}

auto deciding::is_final_without_undoing(std::size_t i) const -> bool
{
    const bool is_unknown_pivot = plan_.pivot() == i && saga_.steps[i].may_have_effect;
    return saga_.is_past_pivot(plan_) || (is_unknown_pivot && !plan_.at(i).compensation.is_needed());
}

/// Where a step has failed for good, or the time is over. Not while the pivot may still be completed.
void deciding::turn_back()
{
    if (saga_.turned_by || saga_.is_past_pivot(plan_) || saga_.is_at_pivot(plan_)) return;
    for (std::size_t i = 0; i < plan_.size(); ++i) {
        const auto& track = saga_.steps[i].forward;
        if (track.now == track::state::failed && !is_final_without_undoing(i))
            return turn_back(turning_cause::step_failed, plan_.at(i).id + ": " + track.error);
    }
    if (saga_.deadline && at_.now >= *saga_.deadline)
        turn_back(turning_cause::timed_out, "it was not completed in time");
}

void deciding::turn_back(turning_cause cause, std::string error, std::optional<by_hand> hand)
{
    record(compensation_started{cause, std::move(error), std::move(hand)});
    for (std::size_t i = 0; i < plan_.size(); ++i) {
        const auto& track = saga_.steps[i].forward;
        if (!plan_.at(i).signal.empty() && track.now == track::state::running)
            record(
                step_failed{plan_.at(i).id, direction::forward, track.attempts, "not waited for any more", false, {}});
    }
}

/// What failed for good where nothing can be undone, and undoing that failed for good.
void deciding::park_failed_steps()
{
    for (std::size_t i = 0; i < plan_.size(); ++i)
        for (const auto where : {direction::forward, direction::backward}) {
            const auto& track = saga_.steps[i].to(where);
            if (track.now != track::state::failed || track.is_parked) continue;
            const bool is_stuck = where == direction::backward || (!saga_.turned_by && is_final_without_undoing(i));
            if (is_stuck) record(saga_parked{plan_.at(i).id, where, plan_.at(i).id + ": " + track.error});
        }
}

auto deciding::may_begin(std::size_t i) const -> bool
{
    const auto is_there = [this](std::size_t other) { return saga_.steps[other].forward.is_settled(); };
    const auto& track = saga_.steps[i].forward;
    const bool is_its_turn =
        track.now == track::state::waiting || (track.now == track::state::retrying && at_.now >= track.until);
    return is_its_turn && std::ranges::all_of(plan_.before(i), is_there);
}

/// Nothing new begins while a step has failed for good: the pivot decides then whether the saga is undone.
void deciding::begin_steps()
{
    const auto has_failed = [this](const step_state& one) { return one.forward.now == track::state::failed; };
    const bool is_in_doubt = std::ranges::any_of(saga_.steps, has_failed) && !saga_.is_past_pivot(plan_);
    for (std::size_t i = 0; i < plan_.size(); ++i)
        if (may_begin(i) && (!is_in_doubt || plan_.pivot() == i)) begin(i, direction::forward);
}

void deciding::begin(std::size_t i, direction where)
{
    const auto& of = plan_.at(i);
    const auto attempt = saga_.steps[i].to(where).attempts + 1;
    const bool is_signal = !of.signal.empty() && where == direction::forward;
    if (!is_signal && !at_.may_start(of, where)) return;
    record(step_started{of.id, where, attempt, at_.now + of.timeout});
    if (!is_signal) return;
    if (const auto came = saga_.signals.find(of.signal); came != saga_.signals.end())
        record(step_completed{of.id, where, attempt, auto(came->second)});
}

auto deciding::needs_undoing(std::size_t i) const -> bool
{
    return plan_.at(i).compensation.is_needed() && saga_.steps[i].may_have_effect;
}

auto deciding::is_undone(std::size_t i) const -> bool
{
    const auto& state = saga_.steps[i];
    return !state.forward.is_in_flight() && (!needs_undoing(i) || state.backward.is_settled());
}

auto deciding::is_last_begun(std::size_t i) const -> bool
{
    const auto begun = saga_.steps[i].begun;
    for (std::size_t other = 0; other < plan_.size(); ++other)
        if (saga_.steps[other].begun > begun && !is_undone(other)) return false;
    return true;
}

auto deciding::may_be_undone(std::size_t i) const -> bool
{
    const auto& state = saga_.steps[i];
    const auto& track = state.backward;
    const bool is_its_turn =
        track.now == track::state::waiting || (track.now == track::state::retrying && at_.now >= track.until);
    if (!is_its_turn || !needs_undoing(i) || state.forward.is_in_flight()) return false;
    if (std::ranges::any_of(plan_.all_after(i), [this](auto other) { return !is_undone(other); })) return false;
    return plan_.of().parallel_compensation || is_last_begun(i);
}

void deciding::begin_undoing()
{
    for (std::size_t i = plan_.size(); i-- > 0;)
        if (may_be_undone(i)) begin(i, direction::backward);
}

void deciding::end_it()
{
    const auto all = [this](auto is_ready) {
        for (std::size_t i = 0; i < plan_.size(); ++i)
            if (!is_ready(i)) return false;
        return true;
    };
    if (!saga_.turned_by) {
        if (all([this](auto i) { return saga_.steps[i].forward.is_settled(); })) record(saga_completed{});
        return;
    }
    if (!all([this](auto i) { return is_undone(i); })) return;
    switch (*saga_.turned_by) {
        case turning_cause::step_failed: return record(saga_compensated{});
        case turning_cause::timed_out: return record(saga_timed_out{});
        case turning_cause::cancelled: return record(saga_cancelled{});
    }
}

}  // namespace annals::sagas
