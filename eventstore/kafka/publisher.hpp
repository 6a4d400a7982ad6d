// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/settings.hpp>
#include <eventstore/publication.hpp>
#include <eventstore/store.hpp>

#include <stop_token>

namespace annals::eventstore::kafka {

/// Carries the log to Kafka: each event at least once, and the first occurrences in each partition in position order
/// without a gap, whatever is killed, stopped, restarted or deleted on the way.
///
/// Several publishers (processes) share the logs. A topic that was deleted is created and filled again. A log whose
/// topic holds other events than the log itself is halted with an error in the log lines; the others go on.
class publisher {
public:
    /// Store and ledger must outlive it; the ledger is this publisher's alone.
    publisher(store&, publication_ledger&, settings);

    /// Publishes until asked to stop, then waits a few seconds for what is under way. A server that is away is waited
    /// for, and that is said once. Throws what waiting cannot mend: `mismatch` for a topic that does not fit its
    /// category and for a category that belongs to another topic, `invalid_request` for a property that librdkafka
    /// refuses.
    void run(std::stop_token);

private:
    store& store_;
    publication_ledger& ledger_;
    const settings settings_;
};

}  // namespace annals::eventstore::kafka
