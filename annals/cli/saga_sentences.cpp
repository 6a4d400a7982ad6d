// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/saga_sentences.hpp>

namespace annals::cli {
namespace {

using namespace sagas;

auto by(const by_hand& hand) -> std::string
{
    auto text = hand.by.empty() ? std::string("by hand") : "by " + hand.by;
    return hand.reason.empty() ? text : text + ": " + hand.reason;
}

/// `charge` or `undoing charge`
auto subject(const auto& fact) -> std::string
{
    return (fact.direction == direction::backward ? "undoing " : "") + fact.step;
}

auto attempt(const auto& fact) -> std::string { return "attempt " + std::to_string(fact.attempt); }

auto why(turning_cause cause) -> std::string
{
    switch (cause) {
        case turning_cause::step_failed: return "a step failed for good";
        case turning_cause::timed_out: return "its time is over";
        case turning_cause::cancelled: return "it is cancelled";
    }
    return {};
}

struct saying {
    auto operator()(const saga_started& fact) const -> std::string
    {
        auto text = "started" + (fact.started_by.empty() ? std::string() : " by " + fact.started_by) + ", version "
                    + std::to_string(fact.definition_version);
        if (fact.parent)
            text += ", the step " + fact.parent->step + " of " + fact.parent->saga_type + " " + fact.parent->saga_id;
        if (fact.deadline) text += "; undone unless completed by " + eventstore::to_string(*fact.deadline);
        return text;
    }
    auto operator()(const step_started& fact) const -> std::string
    {
        return subject(fact) + ": " + attempt(fact) + " begins";
    }
    auto operator()(const step_completed& fact) const -> std::string
    {
        return fact.step + ": " + (fact.direction == direction::forward ? "done" : "undone") + " by " + attempt(fact);
    }
    auto operator()(const step_failed& fact) const -> std::string
    {
        const auto next = fact.retry_at ? "; tried again from " + eventstore::to_string(*fact.retry_at) + " on"
                                        : std::string("; it is not tried again");
        return subject(fact) + ": " + attempt(fact) + " failed: " + fact.error
               + (fact.outcome_unknown ? " (nobody knows what was done)" : "") + next;
    }
    auto operator()(const late_success& fact) const -> std::string
    {
        return subject(fact) + ": " + attempt(fact) + " was a success after all, too late: it must be undone";
    }
    auto operator()(const signal_received& fact) const -> std::string
    {
        return "the signal " + fact.signal + " came" + (fact.by.empty() ? "" : " from " + fact.by);
    }
    auto operator()(const compensation_started& fact) const -> std::string
    {
        auto text = "is undone from here on, because " + why(fact.cause);
        if (fact.hand) return text + " " + by(*fact.hand);
        return fact.error.empty() ? text : text + ": " + fact.error;
    }
    auto operator()(const saga_parked& fact) const -> std::string
    {
        const bool is_undone = fact.direction == direction::backward;
        return (is_undone ? "cannot be undone by itself; it needs an operator: " : "needs an operator: ") + fact.error;
    }
    auto operator()(const saga_paused& fact) const -> std::string { return "paused " + by(fact.hand); }
    auto operator()(const saga_resumed& fact) const -> std::string { return "resumed " + by(fact.hand); }
    auto operator()(const step_retried& fact) const -> std::string
    {
        return subject(fact) + ": tried again, asked for " + by(fact.hand);
    }
    auto operator()(const step_skipped& fact) const -> std::string
    {
        return subject(fact) + ": skipped, asked for " + by(fact.hand);
    }
    auto operator()(const saga_completed&) const -> std::string { return "completed"; }
    auto operator()(const saga_compensated&) const -> std::string { return "compensated: what was done is undone"; }
    auto operator()(const saga_timed_out&) const -> std::string { return "timed out: what was done is undone"; }
    auto operator()(const saga_cancelled&) const -> std::string { return "cancelled: what was done is undone"; }
    auto operator()(const saga_failed& fact) const -> std::string
    {
        return "ended where it was, " + by(fact.hand) + "; nothing more is done or undone";
    }
};

}  // namespace

auto sentence(const saga_fact& fact) -> std::string { return std::visit(saying{}, fact); }

}  // namespace annals::cli
