// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/patience.hpp>
#include <annals/eventstore/store.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace annals::eventstore::postgres {

struct settings {
    std::string dsn = {};                    ///< libpq connection string or URI; what it leaves out comes from PG*
    std::size_t connections_max = 16;        ///< that read at the same time; opened when they are needed
    int default_partitions = 8;              ///< of categories that an append creates
    bool unsafe = false;                     ///< accept a server that may lose what it has confirmed (fsync=off …)
    /// How long a call waits for PostgreSQL, which may be away or hang, before it is `unavailable`: an append is
    /// tried again until then, and a read, too. It counts for each page of a range.
    std::chrono::milliseconds patience = default_patience;
};

/// The store in PostgreSQL, the source of truth. Throws `unavailable` when the server cannot be reached, `mismatch`
/// when the schema is missing ("run annals migrate") or the server may lose what it has confirmed.
/// Destroy the store before anything that its completions use: the destructor sends what is in the queue.
auto open_store(settings) -> std::unique_ptr<store>;

}  // namespace annals::eventstore::postgres
