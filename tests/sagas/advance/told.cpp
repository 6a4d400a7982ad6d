// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/advance/told.hpp>

namespace annals::sagas {
namespace {

struct telling {
    eventstore::timestamp at;

    static auto step(const auto& fact) -> std::string
    {
        return (fact.direction == direction::backward ? "undo " : "") + fact.step;
    }
    static auto attempt(const auto& fact) -> std::string
    {
        return step(fact) + (fact.attempt > 1 ? " (" + std::to_string(fact.attempt) + ")" : "");
    }

    auto operator()(const saga_started&) const -> std::string { return "started"; }
    auto operator()(const step_started& fact) const -> std::string { return attempt(fact) + " begins"; }
    auto operator()(const step_completed& fact) const -> std::string { return attempt(fact) + " is done"; }
    auto operator()(const step_failed& fact) const -> std::string
    {
        auto text = attempt(fact) + (fact.outcome_unknown ? " is unknown: " : " failed: ") + fact.error;
        if (!fact.retry_at) return text;
        const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(*fact.retry_at - at);
        return text + ", again in " + std::to_string(delay.count()) + " ms";
    }
    auto operator()(const late_success& fact) const -> std::string { return attempt(fact) + " was done after all"; }
    auto operator()(const signal_received& fact) const -> std::string { return "signal " + fact.signal; }
    auto operator()(const compensation_started& fact) const -> std::string
    {
        return "undoing, " + facts::enum_name(fact.cause) + ": " + fact.error;
    }
    auto operator()(const saga_parked& fact) const -> std::string { return step(fact) + " is parked"; }
    auto operator()(const saga_paused&) const -> std::string { return "paused"; }
    auto operator()(const saga_resumed&) const -> std::string { return "resumed"; }
    auto operator()(const step_retried& fact) const -> std::string { return step(fact) + " is retried"; }
    auto operator()(const step_skipped& fact) const -> std::string { return step(fact) + " is skipped"; }
    auto operator()(const saga_completed&) const -> std::string { return "completed"; }
    auto operator()(const saga_compensated&) const -> std::string { return "compensated"; }
    auto operator()(const saga_timed_out&) const -> std::string { return "timed out"; }
    auto operator()(const saga_cancelled&) const -> std::string { return "cancelled"; }
    auto operator()(const saga_failed&) const -> std::string { return "terminated"; }
};

}  // namespace

auto told(const saga_fact& fact, eventstore::timestamp at) -> std::string { return std::visit(telling{at}, fact); }

}  // namespace annals::sagas
