// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/patience.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace annals {

/// Where the databases of a service are, and what it may take.
struct service_settings {
    std::string dsn = {};                    ///< the log's database: libpq conninfo or URI; what it leaves out: PG*
    std::string read_dsn = {};               ///< the read models' database; empty: the log's
    std::size_t cache_bytes = 64 << 20;      ///< of aggregates' states that are remembered; 0: none
    std::size_t log_connections_max = 16;    ///< that read the log at the same time; opened when they are needed
    std::size_t read_connections_max = 4;    ///< to the read models; opened when they are needed
    int default_partitions = 8;              ///< of categories that an append creates
    bool unsafe = false;                     ///< accept a server that may lose what it has confirmed (fsync=off …)
    /// How long a call waits for PostgreSQL, which may be away or hang, before it is `unavailable`: an append is
    /// tried again until then, a read, too, and a question has this long to be answered.
    std::chrono::milliseconds patience = eventstore::default_patience;
};

}  // namespace annals
