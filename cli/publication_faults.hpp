// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/settings.hpp>
#include <eventstore/postgres/publication_repair.hpp>
#include <eventstore/store.hpp>

#include <span>
#include <string>
#include <vector>

namespace annals::cli {

/// What keeps a category, or one of its logs, from being published, and what would fix it.
struct publication_fault {
    enum class remedy {
        move,                                ///< the category to the topic that the template gives
        publish_again,                       ///< the log, into an emptied partition
        adopt,                               ///< what another store has published of the same events
        by_hand                              ///< nothing that annals could do: it says what is to be done
    };

    remedy by;
    std::string subject;                     ///< `sample`, or `sample/1`
    std::string topic;                       ///< that the template gives
    std::string found, repair;               ///< for people
    std::vector<eventstore::log_id> logs;    ///< that must be led meanwhile
    eventstore::publication_cursor topic_end{};    ///< up to where to adopt it
};

/// Looks at the ledger and at the topics; changes nothing. Throws `unavailable` when no broker answers.
auto find_publication_faults(eventstore::store&, eventstore::postgres::publication_repair&,
                             const eventstore::kafka::settings&, std::span<const eventstore::category>)
    -> std::vector<publication_fault>;

/// Fixes a fault of logs that `publication_repair` leads. The publishers do the rest.
void repair(const publication_fault&, eventstore::postgres::publication_repair&, const eventstore::kafka::settings&);

}  // namespace annals::cli
