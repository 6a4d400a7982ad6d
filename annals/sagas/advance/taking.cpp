// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/deciding.hpp>

#include <algorithm>

/// What comes for a saga, and what it changes at once.
namespace annals::sagas {

using result = deciding::result;

namespace {

auto refused(std::string why) -> std::unexpected<std::string> { return std::unexpected(std::move(why)); }

}  // namespace

auto deciding::take(const input& one) -> result
{
    return std::visit([this](const auto& it) { return take(it); }, one);
}

auto deciding::not_running() const -> result
{
    if (!saga_.is_started) return refused("it was not started");
    if (saga_.is_over()) return refused("it is over: " + facts::enum_name(*saga_.end));
    return {};
}

auto deciding::take(const start& one) -> result
{
    if (saga_.is_started) return refused("it was started before");
    const auto& of = plan_.of();
    saga_started fact{.saga_type = of.name,
                      .definition_version = of.version,
                      .context = one.context,
                      .started_by = one.started_by,
                      .deadline = {},
                      .parent = one.parent};
    if (of.timeout.count() > 0) fact.deadline = at_.now + of.timeout;
    record(std::move(fact));
    return {};
}

/// An answer to an earlier attempt counts as long as the step is not over: all attempts have one idempotency key. That
/// holds for a parked step, too. Where the saga is undone meanwhile, it only says that there is something to undo.
auto deciding::take(const reply& one) -> result
{
    const auto i = plan_.find(one.step);
    if (!i || !saga_.is_started || saga_.is_over()) return {};
    const auto& track = saga_.steps[*i].to(one.direction);
    if (one.attempt < 1 || one.attempt > track.attempts) return {};
    const bool is_current = track.now == track::state::running && one.attempt == track.attempts;
    if (one.error) {
        if (is_current) fail(*i, one.direction, *one.error, one.outcome_unknown, one.retryable);
        return {};
    }
    if (track.is_settled()) return {};
    const bool is_to_be_undone = one.direction == direction::forward && saga_.turned_by && !track.is_in_flight();
    if (is_to_be_undone) record(late_success{one.step, one.direction, one.attempt, one.result});
    else record(step_completed{one.step, one.direction, one.attempt, one.result});
    return {};
}

auto deciding::take(const signal& one) -> result
{
    if (auto not_now = not_running(); !not_now) return not_now;
    const auto waits = [&](const step& of) {
        const auto& track = saga_.steps[*plan_.find(of.id)].forward;
        return of.signal == one.name && !track.is_settled() && track.now != track::state::failed;
    };
    if (saga_.turned_by || std::ranges::none_of(plan_.of().steps, waits))
        return refused("nobody waits for the signal " + one.name);
    if (saga_.signals.contains(one.name)) return refused("the signal " + one.name + " came before");
    record(signal_received{one.name, one.payload, one.by});
    for (std::size_t i = 0; i < plan_.size(); ++i) {
        const auto& track = saga_.steps[i].forward;
        if (plan_.at(i).signal != one.name || track.now != track::state::running) continue;
        record(step_completed{plan_.at(i).id, direction::forward, track.attempts, one.payload});
        break;
    }
    return {};
}

auto deciding::take(const pause& one) -> result
{
    if (auto not_now = not_running(); !not_now) return not_now;
    if (saga_.is_paused) return refused("it is paused already");
    record(saga_paused{one.hand});
    return {};
}

auto deciding::take(const resume& one) -> result
{
    if (auto not_now = not_running(); !not_now) return not_now;
    if (!saga_.is_paused) return refused("it is not paused");
    record(saga_resumed{one.hand});
    return {};
}

/// Not beyond the pivot, and not while it may be completed at any moment.
auto deciding::may_turn_back() const -> result
{
    if (saga_.is_past_pivot(plan_))
        return refused("its step " + plan_.at(*plan_.pivot()).id + " is the pivot and is completed: it can only go on");
    if (saga_.is_at_pivot(plan_))
        return refused("its pivot " + plan_.at(*plan_.pivot()).id
                       + " is under way or parked: try again when it has ended");
    return {};
}

auto deciding::take(const cancel& one) -> result
{
    if (auto not_now = not_running(); !not_now) return not_now;
    if (saga_.turned_by) return refused("it is being undone already");
    if (auto not_now = may_turn_back(); !not_now) return not_now;
    turn_back(turning_cause::cancelled, one.hand.reason, one.hand);
    return {};
}

/// Where it is undone already, or is being undone, nothing is left to do.
auto deciding::take(const undo&) -> result
{
    if (!saga_.is_started) return refused("it was not started");
    if (saga_.turned_by || (saga_.is_over() && saga_.end != saga_status::completed)) return {};
    if (auto not_now = may_turn_back(); !not_now) return not_now;
    turn_back(turning_cause::cancelled, "the saga that it is a step of is undone");
    return {};
}

auto deciding::take(const terminate& one) -> result
{
    if (auto not_now = not_running(); !not_now) return not_now;
    record(saga_failed{one.hand});
    return {};
}

/// The steps that are meant: one, or all for which it makes sense.
auto deciding::chosen(const std::string& id, auto may) const -> std::vector<std::pair<std::size_t, direction>>
{
    std::vector<std::pair<std::size_t, direction>> all;
    for (std::size_t i = 0; i < plan_.size(); ++i)
        for (const auto where : {direction::forward, direction::backward})
            if ((id.empty() || plan_.at(i).id == id) && may(i, where, saga_.steps[i].to(where)))
                all.emplace_back(i, where);
    return all;
}

auto deciding::take(const retry& one) -> result
{
    if (auto not_now = not_running(); !not_now) return not_now;
    if (!one.step.empty() && !plan_.find(one.step)) return refused("it has no step " + one.step);
    const auto wanted = chosen(one.step, [](std::size_t, direction, const track& of) {
        return of.is_parked || of.now == track::state::retrying;
    });
    if (wanted.empty()) return refused("no step of it is parked or waits for its next attempt");
    for (const auto& [i, where] : wanted) record(step_retried{plan_.at(i).id, where, one.hand});
    return {};
}

/// A step that waits for a signal may be skipped, too.
auto deciding::take(const skip& one) -> result
{
    if (auto not_now = not_running(); !not_now) return not_now;
    if (one.step.empty()) return refused("say which step is skipped");
    if (!plan_.find(one.step)) return refused("it has no step " + one.step);
    const auto wanted = chosen(one.step, [this](std::size_t i, direction where, const track& of) {
        const bool waits =
            where == direction::forward && !plan_.at(i).signal.empty() && of.now == track::state::running;
        return of.is_parked || of.now == track::state::retrying || waits;
    });
    if (wanted.empty()) return refused("the step " + one.step + " is neither parked nor waits for something");
    for (const auto& [i, where] : wanted) record(step_skipped{one.step, where, one.hand});
    return {};
}

}  // namespace annals::sagas
