// SPDX-License-Identifier: Apache-2.0
#include <cli/topic_template.hpp>

#include <eventstore/errors.hpp>
#include <eventstore/kafka/topic.hpp>
#include <eventstore/postgres/publication_status.hpp>

namespace annals::cli {

void check_topic_template(session& session, const eventstore::kafka::settings& kafka)
{
    eventstore::postgres::connection log(session.configuration().dsn());
    std::optional<eventstore::kafka::obstacle> first;
    for (const auto& one : read_publication_status(log)) {
        if (one.topic.empty()) continue;
        const auto found = claim_obstacle(kafka, one.log.category, one.topic);
        if (!found) return;
        if (!first) first = found;
    }
    if (first) throw eventstore::mismatch(first->reason + ". " + first->to_do);
}

}  // namespace annals::cli
