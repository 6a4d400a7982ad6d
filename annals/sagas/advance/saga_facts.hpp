// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/timestamp.hpp>
#include <annals/facts/event_type.hpp>

#include <optional>
#include <string>
#include <variant>

/// What is stored of a saga: the facts of its stream, `saga.<name>`/<saga id>. They are the truth; the rows of
/// `annals.saga_states` and `annals.saga_steps` can be made from them again.
namespace annals::sagas {

/// Whether a step is done or undone.
enum class direction { forward, backward };

/// Why a saga is undone.
enum class turning_cause { step_failed, timed_out, cancelled };

/// Who did something by hand, and why.
struct by_hand {
    std::string by;
    std::string reason;
};

/// The step of another saga that a saga is.
struct parent_step {
    std::string saga_type, saga_id, step;
    int attempt = 0;

    auto operator==(const parent_step&) const -> bool = default;
};

// clang-format off
struct saga_started     { std::string saga_type; int definition_version = 0; eventstore::json context; std::string started_by; std::optional<eventstore::timestamp> deadline; std::optional<parent_step> parent; };
struct step_started     { std::string step; sagas::direction direction = sagas::direction::forward; int attempt = 0; eventstore::timestamp deadline; };
struct step_completed   { std::string step; sagas::direction direction = sagas::direction::forward; int attempt = 0; eventstore::json result; };
/// `outcome_unknown`: no answer came in time, so its effect may be there. Without `retry_at` it failed for good.
struct step_failed      { std::string step; sagas::direction direction = sagas::direction::forward; int attempt = 0; std::string error; bool outcome_unknown = false; std::optional<eventstore::timestamp> retry_at; };
/// An attempt that was given up has succeeded after all, when its step was failed for good and the saga is undone.
struct late_success     { std::string step; sagas::direction direction = sagas::direction::forward; int attempt = 0; eventstore::json result; };
struct signal_received  { std::string signal; eventstore::json payload; std::string by; };
struct compensation_started { turning_cause cause = turning_cause::step_failed; std::string error; std::optional<by_hand> hand; };
/// A step needs an operator.
struct saga_parked      { std::string step; sagas::direction direction = sagas::direction::forward; std::string error; };
struct saga_paused      { by_hand hand; };
struct saga_resumed     { by_hand hand; };
struct step_retried     { std::string step; sagas::direction direction = sagas::direction::forward; by_hand hand; };
struct step_skipped     { std::string step; sagas::direction direction = sagas::direction::forward; by_hand hand; };
struct saga_completed   {};
struct saga_compensated {};
struct saga_timed_out   {};
struct saga_cancelled   {};
/// An operator has ended it where it was.
struct saga_failed      { by_hand hand; };
using saga_fact = std::variant<saga_started, step_started, step_completed, step_failed, late_success, signal_received, compensation_started, saga_parked, saga_paused,
                               saga_resumed, step_retried, step_skipped, saga_completed, saga_compensated, saga_timed_out, saga_cancelled, saga_failed>;

ANNALS_ENUM(direction, forward, backward)
ANNALS_ENUM(turning_cause, step_failed, timed_out, cancelled)
ANNALS_FIELDS(by_hand, by, reason)
ANNALS_FIELDS(parent_step, saga_type, saga_id, step, attempt)
ANNALS_EVENT(saga_started,     "saga.started", saga_type, definition_version, context, started_by, deadline, parent)
ANNALS_EVENT(step_started,     "saga.step_started", step, direction, attempt, deadline)
ANNALS_EVENT(step_completed,   "saga.step_completed", step, direction, attempt, result)
ANNALS_EVENT(step_failed,      "saga.step_failed", step, direction, attempt, error, outcome_unknown, retry_at)
ANNALS_EVENT(late_success,     "saga.late_success", step, direction, attempt, result)
ANNALS_EVENT(signal_received,  "saga.signal_received", signal, payload, by)
ANNALS_EVENT(compensation_started, "saga.compensation_started", cause, error, hand)
ANNALS_EVENT(saga_parked,      "saga.parked", step, direction, error)
ANNALS_EVENT(saga_paused,      "saga.paused", hand)
ANNALS_EVENT(saga_resumed,     "saga.resumed", hand)
ANNALS_EVENT(step_retried,     "saga.step_retried", step, direction, hand)
ANNALS_EVENT(step_skipped,     "saga.step_skipped", step, direction, hand)
ANNALS_EVENT(saga_completed,   "saga.completed")
ANNALS_EVENT(saga_compensated, "saga.compensated")
ANNALS_EVENT(saga_timed_out,   "saga.timed_out")
ANNALS_EVENT(saga_cancelled,   "saga.cancelled")
ANNALS_EVENT(saga_failed,      "saga.failed", hand)
// clang-format on

}  // namespace annals::sagas
