// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>
#include <annals/sagas/advance/advance.hpp>
#include <annals/sagas/advance/history_check.hpp>
#include <tests/sagas/advance/told.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace annals::sagas {

/// One saga, its clock, and participants whose answers the test gives. Each act returns the facts that follow from it
/// in a few words, or `refused: why`. After each, the saga is made again from its stored facts, and must be the same.
class one_saga {
public:
    explicit one_saga(definition of) : plan_(std::move(of)), now_(plan_.size()) {}

    auto takes(const input& one) -> std::string
    {
        const moment at{.now = time_,
                        .chance = [this] { return chance; },
                        .may_start = [this](const step& of, direction) { return of.service != full; }};
        auto news = advance(plan_, now_, one, at);
        if (!news) return "refused: " + news.error();
        std::string text;
        for (auto& fact : *news) {
            text += (text.empty() ? "" : "; ") + told(fact, time_);
            now_.evolve(fact, time_, plan_);
            stored_.emplace_back(std::move(fact), time_);
        }
        check_replay();
        return text;
    }

    auto starts() -> std::string { return takes(start{.context = {{"sample", "S-1"}}, .started_by = "ada"}); }
    auto does(const std::string& step, int attempt = 1) -> std::string
    {
        return takes(reply{.step = step, .attempt = attempt, .result = {{"of", step}}});
    }
    auto fails(const std::string& step, int attempt = 1, bool retryable = true) -> std::string
    {
        return takes(reply{.step = step, .attempt = attempt, .error = "no", .retryable = retryable});
    }
    auto undoes(const std::string& step, int attempt = 1) -> std::string
    {
        return takes(reply{.step = step, .direction = direction::backward, .attempt = attempt});
    }
    auto fails_to_undo(const std::string& step, int attempt = 1) -> std::string
    {
        return takes(reply{.step = step, .direction = direction::backward, .attempt = attempt, .error = "no"});
    }
    /// So much time passes, and it is looked at again.
    auto waits(std::chrono::milliseconds time) -> std::string
    {
        time_ += time;
        return takes(tick{});
    }

    auto now() const -> const instance& { return now_; }
    auto time() const -> eventstore::timestamp { return time_; }
    auto due_in() const -> std::optional<std::chrono::milliseconds>
    {
        const auto due = now_.due(plan_);
        if (!due) return std::nullopt;
        return std::chrono::duration_cast<std::chrono::milliseconds>(*due - time_);
    }

    double chance = 0;
    std::string full = {};                         ///< a service that has no room

private:
    void check_replay() const
    {
        instance again(plan_.size());
        for (const auto& [fact, at] : stored_) again.evolve(stored(fact), at, plan_);
        CHECK(again == now_);
        for (const auto& fault : check_history(plan_, stored_)) FAIL_CHECK(fault.what);
    }
    static auto stored(const saga_fact& fact) -> saga_fact
    {
        return std::visit(
            []<class Fact>(const Fact& one) -> saga_fact {
                return facts::decode<Fact>(facts::to_new_event(one).data, "it");
            },
            fact);
    }

    plan plan_;
    instance now_;
    eventstore::timestamp time_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    std::vector<std::pair<saga_fact, eventstore::timestamp>> stored_;
};

}  // namespace annals::sagas
