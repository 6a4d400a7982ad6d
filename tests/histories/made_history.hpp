// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/history.hpp>

namespace annals::histories {

/// A small correct history, for tests to spoil. One log; streams a (three events) and b (one).
struct made_history {
    made_history();

    auto stream(const std::string& key) const -> eventstore::stream_id { return {all.category.name, key}; }

    /// Adds events to the log, and a call between two ticks of its own that got this answer.
    auto append(const std::string& key, eventstore::expected_version, int events) -> append_call&;
    /// A call between two ticks of its own.
    auto next_call(int client) -> call;

    history all;
    /// The appends of a, of b and of a again; the last is also sent a second time.
    static constexpr std::size_t first = 0, other = 1, conflicting = 2, second = 3, resent = 4;

private:
    tick clock_ = 0;
};

}  // namespace annals::histories
