// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/instance.hpp>

#include <annals/eventstore/errors.hpp>

#include <algorithm>

namespace annals::sagas {
namespace {

using eventstore::timestamp;

/// Folds one fact into an instance.
struct folding {
    instance& into;
    timestamp at;
    const plan& known;

    auto state_of(const std::string& step) const -> step_state&
    {
        if (const auto found = known.find(step)) return into.steps[*found];
        throw eventstore::mismatch("version " + std::to_string(known.of().version) + " of the saga " + known.of().name
                                   + " has no step " + step + ": its steps must not change, make another version");
    }
    auto track_of(const auto& fact) const -> track& { return state_of(fact.step).to(fact.direction); }

    void operator()(const saga_started& fact) const
    {
        into.is_started = true;
        into.definition_version = fact.definition_version;
        into.context = fact.context;
        into.parent = fact.parent;
        into.deadline = fact.deadline;
        into.started_at = at;
    }

    void operator()(const step_started& fact) const
    {
        auto& one = track_of(fact);
        one.now = track::state::running;
        one.attempts = fact.attempt;
        one.until = fact.deadline;
        if (!one.started_at) one.started_at = at;
        auto& state = state_of(fact.step);
        if (fact.direction == direction::forward && state.begun == 0) state.begun = ++into.begun;
    }

    void operator()(const step_completed& fact) const
    {
        auto& one = track_of(fact);
        one.now = track::state::done;
        one.is_parked = false;
        one.ended_at = at;
        if (fact.direction == direction::backward) return;
        auto& state = state_of(fact.step);
        state.may_have_effect = true;
        state.result = fact.result;
        if (const auto& signal = known.at(*known.find(fact.step)).signal; !signal.empty()) into.signals.erase(signal);
    }

    void operator()(const step_failed& fact) const
    {
        auto& one = track_of(fact);
        one.error = fact.error;
        one.now = fact.retry_at ? track::state::retrying : track::state::failed;
        if (fact.retry_at) one.until = *fact.retry_at;
        else one.ended_at = at;
        if (fact.outcome_unknown && fact.direction == direction::forward) state_of(fact.step).may_have_effect = true;
    }

    void operator()(const late_success& fact) const
    {
        if (fact.direction == direction::forward) state_of(fact.step).may_have_effect = true;
    }

    void operator()(const signal_received& fact) const { into.signals[fact.signal] = fact.payload; }

    /// Attempts that did not begin yet never will.
    void operator()(const compensation_started& fact) const
    {
        into.turned_by = fact.cause;
        into.end.reset();                          // it may be completed
        into.ended_at.reset();
        into.error = fact.error;
        for (auto& state : into.steps) {
            if (state.forward.now != track::state::retrying) continue;
            state.forward.now = track::state::failed;
            state.forward.ended_at = at;
        }
    }

    void operator()(const saga_parked& fact) const
    {
        track_of(fact).is_parked = true;
        into.error = fact.error;
    }
    void operator()(const saga_paused&) const { into.is_paused = true; }
    void operator()(const saga_resumed&) const { into.is_paused = false; }

    void operator()(const step_retried& fact) const
    {
        auto& one = track_of(fact);
        one.now = track::state::waiting;
        one.attempts_before = one.attempts;
        one.is_parked = false;
        one.ended_at.reset();
    }

    void operator()(const step_skipped& fact) const
    {
        auto& one = track_of(fact);
        one.now = track::state::skipped;
        one.is_parked = false;
        one.ended_at = at;
    }

    void operator()(const saga_completed&) const { end(saga_status::completed); }
    void operator()(const saga_compensated&) const { end(saga_status::compensated); }
    void operator()(const saga_timed_out&) const { end(saga_status::timed_out); }
    void operator()(const saga_cancelled&) const { end(saga_status::cancelled); }
    void operator()(const saga_failed& fact) const
    {
        into.error = fact.hand.reason;
        end(saga_status::failed);
    }

    void end(saga_status how) const
    {
        into.end = how;
        into.ended_at = at;
    }
};

}  // namespace

void instance::evolve(const saga_fact& fact, timestamp at, const plan& known)
{
    std::visit(folding{*this, at, known}, fact);
    ++facts;
}

auto instance::is_parked() const -> bool
{
    return std::ranges::any_of(steps,
                               [](const step_state& one) { return one.forward.is_parked || one.backward.is_parked; });
}

auto instance::status() const -> saga_status
{
    if (end) return *end;
    if (is_paused) return saga_status::paused;
    if (is_parked()) return saga_status::parked;
    return turned_by ? saga_status::compensating : saga_status::running;
}

auto instance::is_past_pivot(const plan& known) const -> bool
{
    return known.pivot() && steps[*known.pivot()].forward.is_settled();
}

auto instance::is_at_pivot(const plan& known) const -> bool
{
    if (!known.pivot()) return false;
    const auto& state = steps[*known.pivot()];
    const auto& pivot = state.forward;
    const bool is_tried_again = pivot.now == track::state::waiting && pivot.attempts > 0;  // by an operator
    const bool may_stay_done = pivot.now == track::state::failed && state.may_have_effect
                               && !known.at(*known.pivot()).compensation.is_needed();
    return pivot.is_in_flight() || pivot.is_parked || is_tried_again || may_stay_done;
}

auto instance::due(const plan& known) const -> std::optional<timestamp>
{
    std::optional<timestamp> first;
    const auto take = [&](timestamp at) { first = first ? std::min(*first, at) : at; };
    if (is_over()) return first;
    for (const auto& state : steps)
        for (const auto* one : {&state.forward, &state.backward})
            if (one->now == track::state::running || (one->now == track::state::retrying && !is_paused))
                take(one->until);
    const bool may_turn = !turned_by && !is_paused && !is_past_pivot(known) && !is_at_pivot(known);
    if (deadline && may_turn) take(*deadline);
    return first;
}

}  // namespace annals::sagas
