// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/input.hpp>
#include <annals/sagas/advance/instance.hpp>

#include <expected>
#include <functional>
#include <string>
#include <vector>

namespace annals::sagas {

/// What a decision depends on besides the saga.
struct moment {
    eventstore::timestamp now;
    std::function<double()> chance;                  ///< in [0, 1): spreads retries
    std::function<bool(const step&, direction)>
        may_start;  ///< whether its participant has room; asked for each attempt
};

/// What follows from an input: new facts, in their order; none when it changes nothing. A pure function: it decides
/// the same from the same values. Each `step_started` asks its participant for one attempt, once the facts are stored.
/// A refusal says why an operator's request, a signal or a start cannot be done; nothing changes then. A reply to an
/// attempt that is unknown or answered is no error, and changes nothing.
///
/// What it holds to:
/// - A step begins when all steps before it are completed or skipped, and never after compensation began.
/// - A step is undone when everything that comes after it is undone, and its own attempts have ended. What may have
///   had an effect is undone, also where no answer came.
/// - Once the pivot is completed nothing is undone: a step that fails for good is parked for an operator.
/// - A compensation that fails for good is parked; the saga never counts as compensated without it.
[[nodiscard]] auto advance(const plan&, const instance&, const input&, const moment&)
    -> std::expected<std::vector<saga_fact>, std::string>;

/// The key under which a participant knows a step, the same for each of its attempts. Undoing it has another one.
auto idempotency_key(const std::string& saga_id, const std::string& step, direction) -> std::string;

}  // namespace annals::sagas
