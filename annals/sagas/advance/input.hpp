// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/saga_facts.hpp>

#include <optional>
#include <string>
#include <variant>

/// What comes for a saga.
namespace annals::sagas {

// clang-format off
struct start     { eventstore::json context; std::string started_by; std::optional<parent_step> parent; };
/// A participant's answer to one attempt. With an `error` the attempt failed, and had no effect unless `outcome_unknown`.
struct reply     { std::string step; sagas::direction direction = sagas::direction::forward; int attempt = 0; eventstore::json result; std::optional<std::string> error; bool retryable = true, outcome_unknown = false; };
struct signal    { std::string name; eventstore::json payload; std::string by; };
/// Time has passed, or a participant has room again.
struct tick      {};
struct pause     { by_hand hand; };
struct resume    { by_hand hand; };
struct cancel    { by_hand hand; };
/// Ends it where it is.
struct terminate { by_hand hand; };
/// These two are for steps that failed for good; without a step: for all of them.
struct retry     { std::string step; by_hand hand; };
struct skip      { std::string step; by_hand hand; };
// clang-format on

/// The saga that it is a step of is undone, and so must it be; also when it is completed.
struct undo {
    int attempt = 0;  ///< of the other saga to undo the step
};

ANNALS_FIELDS(start, context, started_by, parent)
ANNALS_FIELDS(reply, step, direction, attempt, result, error, retryable, outcome_unknown)
ANNALS_FIELDS(signal, name, payload, by)
ANNALS_FIELDS(undo, attempt)

using input = std::variant<start, reply, signal, tick, pause, resume, cancel, terminate, retry, skip, undo>;

}  // namespace annals::sagas
