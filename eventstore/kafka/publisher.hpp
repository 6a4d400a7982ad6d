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
/// Several publishers (processes) share the logs. A topic that was deleted is created and filled again. What is wrong
/// with one log or topic (its name, its settings, what it holds, what it refuses) halts that one: with an error in the
/// log lines, a row in the ledger, and another attempt after 1 to 15 seconds. The others go on.
class publisher {
public:
    /// Store and ledger must outlive it; the ledger is this publisher's alone. Throws `invalid_request` for a property
    /// that librdkafka refuses and for a template that gives no topic names.
    publisher(store&, publication_ledger&, settings);

    /// Publishes until asked to stop, then waits a few seconds for what is under way. Does not throw: a server that is
    /// away, or refuses to work, is waited for, and that is said once, and once when it is over.
    void run(std::stop_token);

private:
    store& store_;
    publication_ledger& ledger_;
    const settings settings_;
};

}  // namespace annals::eventstore::kafka
