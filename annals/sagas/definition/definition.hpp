// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Orchestrated sagas: work of several steps across services, which is done as a whole or undone step by step
/// (H. Garcia-Molina, K. Salem: Sagas, SIGMOD 1987).
namespace annals::sagas {

/// Says that a step needs no undoing.
struct no_compensation_t {};
inline constexpr no_compensation_t no_compensation{};

/// How a step is undone: the name of the service's action, or `no_compensation`. An empty name says neither, and a
/// definition that says neither is refused.
class compensation {
public:
    compensation() = default;
    compensation(no_compensation_t) : is_said_(true) {}
    compensation(const char* action) : compensation(std::string(action)) {}
    compensation(std::string action) : action_(std::move(action)), is_said_(!action_.empty()) {}

    auto is_said() const -> bool { return is_said_; }
    /// Empty: there is nothing to undo.
    auto action() const -> const std::string& { return action_; }
    auto is_needed() const -> bool { return !action_.empty(); }

    auto operator==(const compensation&) const -> bool = default;

private:
    std::string action_;
    bool is_said_ = false;
};

/// How a step that runs another saga is undone: that one is undone as a whole.
inline const compensation undo_saga{"undo"};

/// One step: what a service is asked to do, and how it is undone. A step with a `signal` asks nobody; it waits until
/// the signal comes. One with a `saga` runs another saga, which must be
/// completed for it; that one's id is this one's, a dot and the step's, and its context has this one's `results`.
struct step {
    std::string id = {};                               ///< a-z, 0-9 and _; unique in the definition
    std::string name = {};                             ///< for people; empty: the id
    std::string service = {};                          ///< the participant that is asked
    std::string action = {};                           ///< what it is asked to do; empty: the id
    sagas::compensation compensation = {};
    std::chrono::milliseconds timeout{30'000};         ///< of one attempt; for a signal: how long it is waited for
    int retries = 0;                                   ///< after the first attempt
    std::chrono::milliseconds retry_delay{1'000};      ///< before the first retry; doubled for each further one
    std::chrono::milliseconds retry_delay_max{60'000};
    std::vector<std::string> after = {};               ///< the steps that must be completed before
    bool pivot = false;                                ///< once it is completed, the saga is never undone
    std::string signal = {};
    std::string saga = {};

    auto operator==(const step&) const -> bool = default;
};

/// Starts a saga for each event of this type, once per event. The event's data is the saga's context.
struct trigger {
    std::string category = {};
    std::string type = {};

    auto operator==(const trigger&) const -> bool = default;
};

/// A saga's definition. Steps run as soon as those that they come `after` are completed, independent ones at the same
/// time. When a step fails for good, what was done is undone in the reverse order of the dependencies.
///
/// It is a value: `check` (definition_check.hpp) says whether it makes sense. An instance keeps the version that it was
/// started with, so changed steps are another version.
struct definition {
    std::string name = {};  ///< letters, digits and _; begins with a letter
    int version = 1;
    std::string description = {};
    std::optional<trigger> started_by = {};
    std::chrono::milliseconds timeout{0};  ///< of the whole saga, before it is undone; 0: none
    int compensation_retries = 5;  ///< of each compensation; then it waits for an operator
    bool parallel_compensation = true;  ///< false: one at a time, the step that began last comes first
    int active_max = 100;  ///< further instances wait until one has ended
    std::vector<step> steps = {};

    auto operator==(const definition&) const -> bool = default;
};

}  // namespace annals::sagas
