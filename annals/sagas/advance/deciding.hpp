// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/advance.hpp>

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace annals::sagas {

/// One decision: the saga as it will be, and the facts that lead there.
class deciding {
public:
    using result = std::expected<void, std::string>;

    deciding(const plan& known, const instance& before, const moment& at) : plan_(known), saga_(before), at_(at) {}

    /// A refusal changes nothing.
    auto take(const input&) -> result;
    /// What the new state asks for: what is due, what can begin, and the end.
    void settle();
    auto facts() && -> std::vector<saga_fact> { return std::move(facts_); }

private:
    auto take(const start&) -> result;
    auto take(const reply&) -> result;
    auto take(const signal&) -> result;
    auto take(const tick&) -> result { return {}; }
    auto take(const pause&) -> result;
    auto take(const resume&) -> result;
    auto take(const cancel&) -> result;
    auto take(const terminate&) -> result;
    auto take(const retry&) -> result;
    auto take(const skip&) -> result;
    auto take(const undo&) -> result;
    auto may_turn_back() const -> result;

    void record(saga_fact fact)
    {
        saga_.evolve(fact, at_.now, plan_);
        facts_.push_back(std::move(fact));
    }
    auto not_running() const -> result;

    void fail(std::size_t i, direction where, std::string error, bool outcome_unknown, bool retryable);
    void end_attempts_that_are_late();
    void turn_back();
    void turn_back(turning_cause, std::string error, std::optional<by_hand> = {});
    void park_failed_steps();
    void begin_steps();
    void begin_undoing();
    void begin(std::size_t i, direction);
    void end_it();

    auto may_begin(std::size_t i) const -> bool;
    auto needs_undoing(std::size_t i) const -> bool;
    auto is_undone(std::size_t i) const -> bool;
    auto may_be_undone(std::size_t i) const -> bool;
    auto is_last_begun(std::size_t i) const -> bool;
    auto is_final_without_undoing(std::size_t i) const -> bool;
    auto chosen(const std::string& step, auto may) const -> std::vector<std::pair<std::size_t, direction>>;

    const plan& plan_;
    instance saga_;
    const moment& at_;
    std::vector<saga_fact> facts_;
};

}  // namespace annals::sagas
