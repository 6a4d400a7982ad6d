// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/history_check.hpp>

#include <annals/eventstore/errors.hpp>

#include <algorithm>

namespace annals::sagas {

namespace {

/// What speaks against a fact, as the saga is before it.
struct judging {
    using verdict = std::string;                   ///< empty: nothing

    const plan& of;
    const instance& saga;
    eventstore::timestamp at;

    auto index(const std::string& step) const -> std::size_t
    {
        if (const auto found = of.find(step)) return *found;
        throw eventstore::mismatch("the saga " + of.of().name + " has no step " + step);
    }
    auto track_of(const auto& fact) const -> const track& { return saga.steps[index(fact.step)].to(fact.direction); }

    auto must_be_undone(std::size_t i) const -> bool
    {
        return of.at(i).compensation.is_needed() && saga.steps[i].may_have_effect;
    }
    auto is_at_rest(std::size_t i) const -> bool
    {
        const auto& [forward, backward, may_have_effect, begun, result] = saga.steps[i];
        return !forward.is_in_flight() && (!must_be_undone(i) || backward.is_settled());
    }

    auto operator()(const saga_started&) const -> verdict { return {}; }

    auto operator()(const step_started& fact) const -> verdict
    {
        const auto& track = track_of(fact);
        if (saga.is_paused) return "a step began while the saga was paused";
        if (fact.attempt != track.attempts + 1)
            return "attempt " + std::to_string(fact.attempt) + " began after attempt " + std::to_string(track.attempts);
        if (track.now == track::state::retrying && at < track.until) return "an attempt began before its time";
        if (track.now != track::state::waiting && track.now != track::state::retrying)
            return "an attempt began although it was not its turn";
        return fact.direction == direction::forward ? begins(index(fact.step)) : begins_undoing(index(fact.step));
    }
    auto begins(std::size_t i) const -> verdict
    {
        if (saga.turned_by) return "a step began after compensation had begun";
        for (const auto other : of.before(i))
            if (!saga.steps[other].forward.is_settled()) return "a step began before " + of.at(other).id + " was done";
        return {};
    }
    auto begins_undoing(std::size_t i) const -> verdict
    {
        if (!saga.turned_by) return "a step was undone although the saga is not";
        if (!must_be_undone(i)) return "a step was undone that has no effect";
        if (saga.steps[i].forward.is_in_flight()) return "a step was undone while it was under way";
        for (const auto other : of.all_after(i))
            if (!is_at_rest(other)) return "a step was undone before " + of.at(other).id + ", which comes after it";
        if (of.of().parallel_compensation) return {};
        for (std::size_t other = 0; other < of.size(); ++other)
            if (saga.steps[other].begun > saga.steps[i].begun && !is_at_rest(other))
                return "a step was undone before " + of.at(other).id + ", which began later";
        return {};
    }

    auto operator()(const step_completed& fact) const -> verdict
    {
        const auto& track = track_of(fact);
        if (fact.attempt < 1 || fact.attempt > track.attempts) return "an attempt was completed that had not begun";
        if (track.is_settled()) return "a step was completed twice";
        const bool is_too_late = fact.direction == direction::forward && saga.turned_by && !track.is_in_flight();
        return is_too_late ? "a step was completed after it had failed and compensation had begun" : verdict{};
    }
    auto operator()(const step_failed& fact) const -> verdict
    {
        const auto& track = track_of(fact);
        if (track.now != track::state::running || fact.attempt != track.attempts)
            return "an attempt failed that was not under way";
        if (fact.retry_at && fact.direction == direction::forward && saga.turned_by)
            return "a step is to be tried again although the saga is undone";
        return {};
    }
    auto operator()(const late_success& fact) const -> verdict
    {
        const auto& track = track_of(fact);
        if (fact.attempt < 1 || fact.attempt > track.attempts) return "an attempt was a success that had not begun";
        if (fact.direction == direction::backward || !saga.turned_by || track.is_in_flight() || track.is_settled())
            return "a success came late although its step still waited for it";
        return {};
    }
    auto operator()(const signal_received& fact) const -> verdict
    {
        if (saga.turned_by) return "a signal was taken after compensation had begun";
        if (saga.signals.contains(fact.signal)) return "a signal was taken twice";
        for (std::size_t i = 0; i < of.size(); ++i)
            if (of.at(i).signal == fact.signal && !saga.steps[i].forward.is_settled()) return {};
        return "a signal was taken that no step waits for";
    }

    auto operator()(const compensation_started& fact) const -> verdict
    {
        if (saga.turned_by) return "compensation began twice";
        if (saga.is_past_pivot(of)) return "compensation began after the pivot was completed";
        if (saga.is_at_pivot(of)) return "compensation began while the pivot may be completed";
        const auto has_failed = [](const step_state& one) { return one.forward.now == track::state::failed; };
        if (fact.cause == turning_cause::step_failed && std::ranges::none_of(saga.steps, has_failed))
            return "compensation began for a step that failed, and none had";
        if (fact.cause == turning_cause::timed_out && (!saga.deadline || at < *saga.deadline))
            return "compensation began before the saga's time was over";
        return {};
    }
    auto operator()(const saga_parked& fact) const -> verdict
    {
        const auto& track = track_of(fact);
        if (track.now != track::state::failed) return "a step was parked that had not failed for good";
        return track.is_parked ? "a step was parked twice" : verdict{};
    }
    auto operator()(const saga_paused&) const -> verdict { return saga.is_paused ? "it was paused twice" : verdict{}; }
    auto operator()(const saga_resumed&) const -> verdict
    {
        return saga.is_paused ? verdict{} : "it was resumed although it was not paused";
    }
    auto operator()(const step_retried& fact) const -> verdict
    {
        const auto& track = track_of(fact);
        return track.is_parked || track.now == track::state::retrying ? verdict{}
                                                                      : "a step was tried again that did not wait";
    }
    auto operator()(const step_skipped& fact) const -> verdict
    {
        const auto& track = track_of(fact);
        const bool waits = !of.at(index(fact.step)).signal.empty() && track.now == track::state::running;
        return waits || track.is_parked || track.now == track::state::retrying ? verdict{}
                                                                               : "a step was skipped that did not wait";
    }

    auto operator()(const saga_completed&) const -> verdict
    {
        if (saga.turned_by) return "it was completed after compensation had begun";
        for (std::size_t i = 0; i < of.size(); ++i)
            if (!saga.steps[i].forward.is_settled()) return "it was completed before " + of.at(i).id + " was done";
        return {};
    }
    auto operator()(const saga_compensated&) const -> verdict { return undone(turning_cause::step_failed); }
    auto operator()(const saga_timed_out&) const -> verdict { return undone(turning_cause::timed_out); }
    auto operator()(const saga_cancelled&) const -> verdict { return undone(turning_cause::cancelled); }
    auto operator()(const saga_failed&) const -> verdict { return {}; }

    auto undone(turning_cause why) const -> verdict
    {
        if (saga.turned_by != why) return "it ended as one that was undone for another reason";
        for (std::size_t i = 0; i < of.size(); ++i)
            if (!is_at_rest(i)) return "it ended before " + of.at(i).id + " was undone";
        return {};
    }
};

/// A completed saga can be undone with the one that it is a step of.
auto is_undone_later(const saga_fact& fact, const instance& saga) -> bool
{
    const auto* const turned = std::get_if<compensation_started>(&fact);
    return turned != nullptr && turned->cause == turning_cause::cancelled && saga.end == saga_status::completed;
}

}  // namespace

void history_check::add(const saga_fact& fact, eventstore::timestamp at)
{
    std::string verdict;
    if (saga_.is_over() && !is_undone_later(fact, saga_)) verdict = "a fact comes after the saga's end";
    else if (std::holds_alternative<saga_started>(fact) == saga_.is_started)
        verdict = saga_.is_started ? "it was started twice" : "a fact comes before the saga's start";
    else verdict = std::visit(judging{plan_, saga_, at}, fact);
    saga_.evolve(fact, at, plan_);
    if (!verdict.empty()) faults_.push_back({saga_.facts, std::move(verdict)});
}

}  // namespace annals::sagas
