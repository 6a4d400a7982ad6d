// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/instance.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace annals::sagas {

/// A fact that no decision can have led to.
struct history_fault {
    std::int64_t version = 0;                      ///< of the fact in its stream, from 1
    std::string what;

    auto operator==(const history_fault&) const -> bool = default;
};

/// Judges the facts of one saga by rules of its own, beside `advance`, so that a mistake there shows here.
class history_check {
public:
    explicit history_check(const plan& of) : plan_(of), saga_(of.size()) {}

    /// The next fact, and when it was decided. Throws `mismatch` when it names a step that the plan does not have.
    void add(const saga_fact&, eventstore::timestamp at);

    auto faults() const -> const std::vector<history_fault>& { return faults_; }
    auto saga() const -> const instance& { return saga_; }

private:
    const plan& plan_;
    instance saga_;
    std::vector<history_fault> faults_;
};

/// What is wrong with a saga's facts, which are pairs of a fact and its time; empty: nothing.
auto check_history(const plan& of, const auto& facts) -> std::vector<history_fault>
{
    history_check check(of);
    for (const auto& [fact, at] : facts) check.add(fact, at);
    return check.faults();
}

}  // namespace annals::sagas
