// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <vector>

namespace annals::histories {

/// What one client does next. Small numbers, so that a counterexample can be made smaller.
struct step {
    enum class deed {
        append,
        append_to_two,                       ///< all or nothing
        append_with_check,                   ///< of another stream, which is not written
        append_with_key,                     ///< an idempotency key that others use too
        append_in_transaction,               ///< slowly, committed
        roll_back,
        send_again,                          ///< the client's last append, as it was
        send_changed,                        ///< the client's last append, its ids for other events
        read_stream,
        read_log,
        read_heads,
        find_key,
    };
    enum class expectation { any, no_stream, exists, what_was_read, something_stale };

    deed what = deed::append;
    expectation expects = expectation::any;
    int stream = 0;
    int other = 0;                           ///< another stream, a partition, a key or a page
    int events = 1;
};

/// What several clients do at the same time.
struct plan {
    int partitions = 1;
    std::vector<std::vector<step>> clients;
};

auto operator<<(std::ostream&, const step&) -> std::ostream&;
auto operator<<(std::ostream&, const plan&) -> std::ostream&;

}  // namespace annals::histories
