// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/seen_saga.hpp>

#include <algorithm>

namespace annals::sagas::simulation {
namespace {

using namespace std::chrono_literals;
using state = seen_saga::track::state;

/// min(max, first · 2^(n-1)), written another way than the engine's.
auto shortest_delay(const step& of, int failures) -> std::chrono::milliseconds
{
    auto delay = of.retry_delay;
    while (--failures > 0) delay = std::min(of.retry_delay_max, delay + delay);
    return std::min(of.retry_delay_max, delay);
}

auto word(direction where, const std::string& step) -> std::string
{
    return (where == direction::backward ? "undo " : "") + step;
}

}  // namespace

seen_saga::seen_saga(const history& all, complaint complain) : history_(all), complain_(std::move(complain))
{
    for (const auto& one : all.of.steps) steps_[one.id].of = &one;
    for (bool is_new = true; is_new;) {
        is_new = false;
        for (const auto& later : all.of.steps)
            for (const auto& earlier : later.after) {
                auto& known = steps_[earlier].dependents;
                const auto before = known.size();
                known.insert(later.id);
                known.insert(steps_[later.id].dependents.begin(), steps_[later.id].dependents.end());
                is_new = is_new || known.size() > before;
            }
    }
}

void seen_saga::see(const stored_fact& one)
{
    at_ = one.what.at;
    stored_at_ = one.stored_at;
    number_ = one.number;
    expect(end_.empty(), "S1", "a fact after its end");
    expect(is_started_ != std::holds_alternative<saga_started>(one.what.fact), "S1", "its first fact is its start");
    std::visit([this](const auto& fact) { on(fact); }, one.what.fact);
}

auto seen_saga::is_parked() const -> bool
{
    return std::ranges::any_of(
        steps_, [](const auto& one) { return one.second.forward.is_parked || one.second.backward.is_parked; });
}

auto seen_saga::pivot() const -> const seen_step*
{
    const auto found = std::ranges::find_if(steps_, [](const auto& one) { return one.second.of->pivot; });
    return found == steps_.end() ? nullptr : &found->second;
}

void seen_saga::on(const saga_started& fact)
{
    is_started_ = true;
    deadline_ = fact.deadline;
    expect(fact.deadline.has_value() == (history_.of.timeout > 0ms), "S1", "its deadline is that of its definition");
}

void seen_saga::on(const step_started& fact)
{
    auto& one = steps_.at(fact.step);
    auto& seen = one.to(fact.direction);
    const auto max = fact.direction == direction::forward ? one.of->retries : history_.of.compensation_retries;
    expect(!is_paused_, "S1", word(fact.direction, fact.step) + " begins while the saga is paused");
    expect(seen.now == state::waiting || seen.now == state::retrying, "S1", fact.step + " begins, and was not waiting");
    expect(fact.attempt == seen.attempts + 1, "S1", fact.step + ": attempts have the numbers 1, 2, 3, …");
    expect(fact.deadline == at_ + one.of->timeout, "S8", fact.step + " has the deadline of its definition");
    expect(fact.attempt - seen.attempts_before <= max + 1, "S7", fact.step + " has more attempts than it may");
    if (seen.now == state::retrying) retries_in_time(*one.of, seen);
    if (fact.direction == direction::forward) begins(one);
    else begins_undoing(one);
    seen.now = state::running;
    seen.attempts = fact.attempt;
    seen.until = fact.deadline;
    seen.begun.push_back(number_);
}

void seen_saga::retries_in_time(const step& of, const track& seen)
{
    expect(at_ >= seen.until, "S8", of.id + " is tried again before its time");
    expect(at_ - seen.failed_at >= shortest_delay(of, seen.attempts - seen.attempts_before), "S7",
           of.id + " is tried again sooner than its back-off");
}

void seen_saga::begins(seen_step& one)
{
    expect(!turned_, "S4", one.of->id + " begins after compensation began");
    for (const auto& before : one.of->after)
        expect(steps_.at(before).forward.is_settled(), "S2", one.of->id + " begins before " + before + " is done");
    if (std::ranges::find(begun_, one.of->id) == begun_.end()) begun_.push_back(one.of->id);
}

void seen_saga::begins_undoing(seen_step& one)
{
    const auto& id = one.of->id;
    expect(turned_.has_value(), "S1", id + " is undone, and compensation did not begin");
    expect(one.of->compensation.is_needed(), "S1", id + " is undone, and needs no undoing");
    expect(one.may_be_done, "S1", id + " is undone, and was never done");
    expect(!one.forward.is_in_flight(), "S5", id + " is undone while it is under way");
    for (const auto& later : one.dependents)
        expect(steps_.at(later).is_undone(), "S5", id + " is undone before " + later + ", which depends on it");
    if (history_.of.parallel_compensation) return;
    for (auto later = std::ranges::find(begun_, id); later != begun_.end(); ++later)
        expect(*later == id || steps_.at(*later).is_undone(), "S5",
               id + " is undone before " + *later + ", which began later");
}

void seen_saga::on(const step_completed& fact)
{
    auto& one = steps_.at(fact.step);
    auto& seen = one.to(fact.direction);
    expect(fact.attempt >= 1 && fact.attempt <= seen.attempts, "S1", fact.step + ": an attempt that did not begin");
    expect(!seen.is_settled(), "S1", fact.step + " is done twice");
    expect(seen.is_in_flight() || fact.direction == direction::backward || !turned_, "S4",
           fact.step + " is done after it was given up and compensation began");
    seen.now = state::done;
    seen.is_parked = false;
    if (fact.direction == direction::forward) {
        one.may_be_done = true;
        if (!one.of->signal.empty()) consume(*one.of, fact.result);
    }
}

void seen_saga::consume(const step& of, const eventstore::json& result)
{
    const auto found = signals_.find(of.signal + " " + result.dump());
    expect(found != signals_.end(), "S10", of.id + " consumes a signal that was not received, or a second time");
    if (found != signals_.end()) signals_.erase(found);
}

void seen_saga::on(const step_failed& fact)
{
    auto& one = steps_.at(fact.step);
    auto& seen = one.to(fact.direction);
    const auto max = fact.direction == direction::forward ? one.of->retries : history_.of.compensation_retries;
    const bool is_late = fact.error == "no answer in time" || fact.error.ends_with("did not come");
    expect(seen.now == state::running && fact.attempt == seen.attempts, "S1", fact.step + " fails, and does not run");
    if (is_late) {
        expect(at_ >= seen.until, "S8", fact.step + " is given up before its deadline");
        const bool was_calm = seen.until > history_.calm_from + 30s;
        expect(!was_calm || stored_at_ <= seen.until + 1s, "S8", fact.step + " is given up more than 1 s late");
    }
    if (fact.outcome_unknown && fact.direction == direction::forward) one.may_be_done = true;
    seen.now = fact.retry_at ? state::retrying : state::failed;
    seen.failed_at = at_;
    if (!fact.retry_at) return;
    const auto failures = seen.attempts - seen.attempts_before;
    const auto delay = shortest_delay(*one.of, failures);
    seen.until = *fact.retry_at;
    expect(failures <= max, "S7", fact.step + " is to be tried more often than it may");
    expect(*fact.retry_at >= at_ + delay && *fact.retry_at <= at_ + delay + delay / 4 + 1ms, "S7",
           fact.step + " is to be tried again at another time than its back-off says");
    expect(!turned_ || fact.direction == direction::backward, "S4",
           fact.step + " is to be tried again after compensation began");
}

void seen_saga::on(const late_success& fact)
{
    auto& one = steps_.at(fact.step);
    expect(fact.attempt >= 1 && fact.attempt <= one.to(fact.direction).attempts, "S1",
           fact.step + ": an attempt that did not begin");
    if (fact.direction == direction::forward) one.may_be_done = true;
}

void seen_saga::on(const signal_received& fact)
{
    expect(!turned_, "S10", "a signal is received although compensation began");
    signals_.insert(fact.signal + " " + fact.payload.dump());
}

void seen_saga::on(const compensation_started& fact)
{
    expect(!turned_, "S1", "compensation begins twice");
    if (const auto* one = pivot()) {
        const bool may_stay_done = one->may_be_done && !one->of->compensation.is_needed();
        expect(!one->forward.is_settled(), "S4", "compensation begins after the pivot");
        expect(!one->forward.is_in_flight() && !may_stay_done, "S4", "compensation begins while the pivot may be done");
    }
    if (fact.cause == turning_cause::timed_out)
        expect(deadline_ && at_ >= *deadline_, "S8", "the saga's time is over before its deadline");
    turned_ = fact.cause;
    for (auto& [id, one] : steps_)
        if (one.forward.now == state::retrying) one.forward.now = state::failed;
}

void seen_saga::on(const saga_parked& fact)
{
    auto& seen = steps_.at(fact.step).to(fact.direction);
    expect(seen.now == state::failed && !seen.is_parked, "S1", fact.step + " is parked, and did not fail");
    seen.is_parked = true;
}

void seen_saga::on(const step_retried& fact)
{
    auto& seen = steps_.at(fact.step).to(fact.direction);
    expect(seen.is_parked || seen.now == state::retrying, "S1", fact.step + " is retried, and does not wait");
    seen.now = state::waiting;
    seen.attempts_before = seen.attempts;
    seen.is_parked = false;
}

void seen_saga::on(const step_skipped& fact)
{
    auto& one = steps_.at(fact.step);
    auto& seen = one.to(fact.direction);
    const bool waits = fact.direction == direction::forward && !one.of->signal.empty() && seen.now == state::running;
    expect(seen.is_parked || seen.now == state::retrying || waits, "S1", fact.step + " is skipped, and does not wait");
    seen.now = state::skipped;
    seen.is_parked = false;
}

void seen_saga::on(const saga_completed&)
{
    expect(!turned_, "S1", "completed, and compensation began");
    for (const auto& [id, one] : steps_)
        expect(one.forward.is_settled(), "S6", "completed, and " + id + " is not done");
    end_ = "completed";
}

void seen_saga::on_undone(const std::string& end, turning_cause cause)
{
    expect(turned_ == cause, "S1", end + ", and compensation began for another cause");
    for (const auto& [id, one] : steps_) expect(one.is_undone(), "S6", end + ", and " + id + " is not undone");
    end_ = end;
}

}  // namespace annals::sagas::simulation
