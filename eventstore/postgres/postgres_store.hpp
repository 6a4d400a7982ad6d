// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/store.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace annals::eventstore::postgres {

struct settings {
    std::string dsn;                         ///< libpq connection string or URI; what it leaves out comes from PG*
    int default_partitions = 8;              ///< of categories that an append creates
    bool unsafe = false;                     ///< also on a server that may lose what it has confirmed (fsync=off …)
    std::chrono::milliseconds patience =
        std::chrono::seconds{30};    ///< how long an append is tried before it is `unavailable`
    int sole_writer_after_calls =
        16;  ///< after how many calls in a row, between which nobody else wrote to a log, its end is known
};

/// The store of record. Throws `unavailable` when the server cannot be reached, `mismatch` when the schema is missing
/// ("run annals migrate") or the server may lose what it has confirmed.
/// The store must be destroyed before anything that its completions use; that sends what has queued.
auto open_store(settings) -> std::unique_ptr<store>;

}  // namespace annals::eventstore::postgres
