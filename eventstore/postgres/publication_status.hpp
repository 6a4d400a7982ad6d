// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/connection.hpp>
#include <eventstore/stream.hpp>
#include <eventstore/timestamp.hpp>

#include <optional>
#include <string>
#include <vector>

namespace annals::eventstore::postgres {

/// How far a log has been published, as the publishers wrote it down a second ago at most.
struct log_publication {
    log_id log;
    std::string topic;                       ///< that the category is published to; empty: none yet
    log_position head;                       ///< of the log
    log_position published;                  ///< acknowledged by the broker
    std::optional<timestamp> published_at;   ///< when that was written down; none: never published
    std::string leader;                      ///< program and server process; empty: nobody publishes it

    /// Why it is not published, as its last leader wrote it down.
    struct halt {
        timestamp since{};
        int attempts = 0;
        std::string reason, to_do;
    };
    std::optional<halt> halted;
};

/// Of all logs, by category and partition. Throws `mismatch` when the schema is missing.
auto read_publication_status(connection&) -> std::vector<log_publication>;

}  // namespace annals::eventstore::postgres
