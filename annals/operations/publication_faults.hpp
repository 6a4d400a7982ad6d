// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/publication_repair.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/kafka/settings.hpp>

#include <span>
#include <string>
#include <vector>

namespace annals::operations {

/// Why a category, or one of its logs, is not published, and how to repair it.
struct publication_fault {
    enum class remedy {
        move,                                ///< move the category to the template's topic
        publish_again,                       ///< publish the log again, into an emptied partition
        adopt,                               ///< adopt what another store has published of the same events
        by_hand                              ///< annals cannot repair it; `repair` says what to do
    };

    remedy by;
    std::string subject;                     ///< `sample`, or `sample/1`
    std::string topic;                       ///< the template's topic
    std::string found, repair;               ///< for people to read
    std::vector<eventstore::log_id> logs;    ///< to be led during the repair
    eventstore::publication_cursor topic_end{};    ///< where adoption ends
};

/// Looks at the ledger and at the topics; changes nothing. Throws `unavailable` when no broker answers.
auto find_publication_faults(eventstore::store&, eventstore::postgres::publication_repair&, const kafka::settings&,
                             std::span<const eventstore::category>) -> std::vector<publication_fault>;

/// Repairs a fault of logs that `publication_repair` leads. The publishers do the rest.
void repair(const publication_fault&, eventstore::postgres::publication_repair&, const kafka::settings&);

}  // namespace annals::operations
