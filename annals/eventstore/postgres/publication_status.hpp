// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/libpq/connection.hpp>

#include <optional>
#include <string>
#include <vector>

namespace annals::eventstore::postgres {

/// How far a log has been published; at most a second old.
struct log_publication {
    log_id log;
    std::string topic;                       ///< of the category; empty: none yet
    log_position head;                       ///< end of the log
    log_position published;                  ///< acknowledged by the broker
    std::optional<timestamp> published_at;   ///< when that was saved; none: never published
    std::string leader;                      ///< program and server process; empty: no publisher

    /// Why it is not published, as its last leader wrote it down.
    struct halt {
        timestamp since{};
        int attempts = 0;
        std::string reason, to_do;
    };
    std::optional<halt> halted;
};

/// Of all logs, by category and partition. Throws `mismatch` when the schema is missing.
auto read_publication_status(libpq::connection&) -> std::vector<log_publication>;

}  // namespace annals::eventstore::postgres
