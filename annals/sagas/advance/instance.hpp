// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/plan.hpp>
#include <annals/sagas/advance/saga_facts.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace annals::sagas {

/// How far a step is, in one direction.
struct track {
    enum class state { waiting, running, retrying, done, failed, skipped };

    state now = state::waiting;
    int attempts = 0;                              ///< all of them; the number of the last one
    int attempts_before = 0;                       ///< those before an operator asked for more
    eventstore::timestamp until{};                 ///< running: its deadline; retrying: when the next attempt begins
    std::string error = {};                        ///< of the last attempt that failed
    bool is_parked = false;                        ///< it failed for good, and waits for an operator
    std::optional<eventstore::timestamp> started_at = {};
    std::optional<eventstore::timestamp> ended_at = {};

    auto is_in_flight() const -> bool { return now == state::running || now == state::retrying; }
    auto is_settled() const -> bool { return now == state::done || now == state::skipped; }
    auto operator==(const track&) const -> bool = default;
};

struct step_state {
    track forward, backward;
    bool may_have_effect = false;                  ///< it was done, or nobody knows
    int begun = 0;                                 ///< its place among the steps by their first attempts; 0: none
    eventstore::json result = {};

    auto to(direction where) -> track& { return where == direction::forward ? forward : backward; }
    auto to(direction where) const -> const track& { return where == direction::forward ? forward : backward; }
    auto operator==(const step_state&) const -> bool = default;
};

enum class saga_status { running, paused, compensating, parked, completed, compensated, timed_out, cancelled, failed };
ANNALS_ENUM(saga_status, running, paused, compensating, parked, completed, compensated, timed_out, cancelled, failed)

/// A saga as its facts say it is. A value; it knows no clock and no database.
struct instance {
    explicit instance(std::size_t size) : steps(size) {}

    /// Folds a fact that was decided at this time. Facts must come in the order of the stream. Throws `mismatch` when
    /// it names a step that the plan does not have.
    void evolve(const saga_fact&, eventstore::timestamp at, const plan&);

    auto status() const -> saga_status;
    auto is_over() const -> bool { return end.has_value(); }
    auto is_parked() const -> bool;
    /// When something is to be done although nothing comes: a deadline or a retry; nothing: never.
    auto due(const plan&) const -> std::optional<eventstore::timestamp>;
    /// Whether the pivot is completed, so that nothing is undone any more.
    auto is_past_pivot(const plan&) const -> bool;
    /// Whether the pivot is under way, or was and may be completed: parked, or about to be tried again by an operator.
    auto is_at_pivot(const plan&) const -> bool;

    std::vector<step_state> steps;  ///< in the order of the definition
    int begun = 0;  ///< steps that were begun
    bool is_started = false;
    int definition_version = 0;
    eventstore::json context = {};
    std::optional<parent_step> parent = {};
    std::optional<eventstore::timestamp> deadline = {};
    std::optional<turning_cause> turned_by = {};  ///< set: it is undone
    bool is_paused = false;
    std::optional<saga_status> end = {};
    std::map<std::string, eventstore::json> signals = {};  ///< came before a step waited for them
    std::string error = {};
    std::optional<eventstore::timestamp> started_at = {};
    std::optional<eventstore::timestamp> ended_at = {};
    std::int64_t facts = 0;  ///< the version of its stream

    auto operator==(const instance&) const -> bool = default;
};

}  // namespace annals::sagas
