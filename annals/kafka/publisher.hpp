// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/publication.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/kafka/settings.hpp>

#include <stop_token>

namespace annals::kafka {

/// Publishes the log to Kafka. Each event arrives at least once. The first occurrences in each partition are in
/// position order without a gap, whatever is killed, stopped, restarted or deleted meanwhile.
///
/// Several publishers (processes) divide the logs. A topic that was deleted is created and filled again. An error of
/// one log or topic (its name, its settings, what it holds, what it refuses) halts only that one: it writes an error
/// to the log lines and a row to the ledger, and tries again after 1 to 15 seconds. The others continue.
class publisher {
public:
    /// Store and ledger must outlive it; no other publisher may use the ledger. Throws `invalid_request` for a
    /// property that librdkafka refuses and for a template that gives no topic names.
    publisher(eventstore::store&, eventstore::publication_ledger&, settings);

    /// Publishes until asked to stop, then waits a few seconds for what is in flight. Does not throw: it waits for a
    /// server that is unreachable or refuses to work, logs that once, and again once when it is over. While it reaches
    /// no broker it leaves its logs to publishers that do.
    void run(std::stop_token);

private:
    eventstore::store& store_;
    eventstore::publication_ledger& ledger_;
    const settings settings_;
};

}  // namespace annals::kafka
