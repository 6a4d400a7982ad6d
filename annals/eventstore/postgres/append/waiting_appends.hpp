// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/pending_append.hpp>

#include <deque>
#include <vector>

namespace annals::eventstore::postgres {

/// Appends that wait for a session, in the order in which they came; none is passed over. Knows how many there should
/// be at most. Not thread-safe.
class waiting_appends {
public:
    static constexpr std::size_t appends_max = 16'384;
    static constexpr std::size_t bytes_max = 64 << 20;

    auto has_room() const -> bool { return waiting_.size() < appends_max && bytes_ < bytes_max; }
    auto empty() const -> bool { return waiting_.empty(); }

    void add(pending_append);

    /// As many appends as one call may hold, from the front: at most 256 appends or 4 MiB, and no two with the same
    /// event id or idempotency key. At least one, if there is any.
    auto take_call() -> std::vector<pending_append>;

private:
    std::deque<pending_append> waiting_;
    std::size_t bytes_ = 0;
};

}  // namespace annals::eventstore::postgres
