// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/errors.hpp>
#include <tests/support/passing_store.hpp>

#include <atomic>

namespace annals::processors::tests {

/// Counts how often a log is read, and is unreachable or restored when told so.
class observed_store final : public annals::tests::passing_store {
public:
    using passing_store::passing_store;

    std::atomic<int> reads = 0;
    std::atomic<bool> is_away = false;

    /// From now on calls go to `behind`: the store has another incarnation.
    void restore(eventstore::store& behind)
    {
        pass_on_to(behind);
        ++life_;
    }

    auto read_logs(std::span<const eventstore::log_cursor> cursors, const eventstore::page_size& page,
                   eventstore::direction order) -> std::vector<eventstore::recorded_event> override
    {
        if (is_away) throw eventstore::unavailable("the log is away");
        ++reads;
        return passing_store::read_logs(cursors, page, order);
    }
    auto incarnation() -> std::optional<std::string> override { return std::to_string(life_); }

private:
    std::atomic<int> life_ = 1;
};

}  // namespace annals::processors::tests
