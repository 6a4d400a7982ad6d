// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/sagas/simulation/check.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace annals::sagas::simulation {

/// Follows the facts of one saga, and complains about each that must not follow the ones before it.
class seen_saga {
public:
    using complaint = std::function<void(const std::string& rule, const std::string& text, sequence at)>;

    seen_saga(const history&, complaint);

    void see(const stored_fact&);

    auto is_over() const -> bool { return !end_.empty(); }
    /// completed, compensated, timed_out, cancelled, failed; empty: it is not over.
    auto end() const -> const std::string& { return end_; }
    auto is_parked() const -> bool;

    struct track {
        enum class state { waiting, running, retrying, failed, done, skipped };
        state now = state::waiting;
        int attempts = 0, attempts_before = 0;
        eventstore::timestamp until{}, failed_at{};
        bool is_parked = false;
        std::vector<sequence> begun;               ///< of each attempt

        auto is_in_flight() const -> bool { return now == state::running || now == state::retrying; }
        auto is_settled() const -> bool { return now == state::done || now == state::skipped; }
    };
    struct seen_step {
        track forward, backward;
        bool may_be_done = false;
        const step* of = nullptr;
        std::set<std::string> dependents;          ///< all steps that come after it, directly or through others

        auto to(direction where) -> track& { return where == direction::forward ? forward : backward; }
        auto needs_undoing() const -> bool { return may_be_done && of->compensation.is_needed(); }
        auto is_undone() const -> bool
        {
            return !forward.is_in_flight() && (!needs_undoing() || backward.is_settled());
        }
    };
    auto steps() const -> const std::map<std::string, seen_step>& { return steps_; }

private:
    using timestamp = eventstore::timestamp;

    void on(const saga_started&);
    void on(const step_started&);
    void on(const step_completed&);
    void on(const step_failed&);
    void on(const late_success&);
    void on(const signal_received&);
    void on(const compensation_started&);
    void on(const saga_parked&);
    void on(const saga_paused&) { expect(!is_paused_, "S1", "paused twice"), is_paused_ = true; }
    void on(const saga_resumed&) { expect(is_paused_, "S1", "resumed, and not paused"), is_paused_ = false; }
    void on(const step_retried&);
    void on(const step_skipped&);
    void on(const saga_completed&);
    void on(const saga_compensated&) { on_undone("compensated", turning_cause::step_failed); }
    void on(const saga_timed_out&) { on_undone("timed_out", turning_cause::timed_out); }
    void on(const saga_cancelled&) { on_undone("cancelled", turning_cause::cancelled); }
    void on(const saga_failed&) { end_ = "failed"; }

    void on_undone(const std::string& end, turning_cause);
    void begins(seen_step&);
    void begins_undoing(seen_step&);
    void retries_in_time(const step&, const track&);
    void consume(const step&, const eventstore::json& result);
    auto pivot() const -> const seen_step*;
    void expect(bool holds, const std::string& rule, const std::string& text) const
    {
        if (!holds) complain_(rule, text, number_);
    }

    const history& history_;
    complaint complain_;
    std::map<std::string, seen_step> steps_;
    std::vector<std::string> begun_;               ///< in the order of their first attempts
    bool is_started_ = false, is_paused_ = false;
    std::optional<turning_cause> turned_;
    std::optional<timestamp> deadline_;
    std::string end_;
    std::multiset<std::string> signals_;           ///< received and not consumed: name and payload
    timestamp at_{}, stored_at_{};
    sequence number_ = 0;
};

}  // namespace annals::sagas::simulation
