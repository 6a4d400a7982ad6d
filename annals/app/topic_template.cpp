// SPDX-License-Identifier: Apache-2.0
#include <annals/app/topic_template.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/publication_status.hpp>
#include <annals/kafka/topic.hpp>

namespace annals::app {

void check_topic_template(context& context, const kafka::settings& kafka)
{
    libpq::connection log(context.configuration().dsn());
    std::optional<kafka::obstacle> first;
    for (const auto& one : eventstore::postgres::read_publication_status(log)) {
        if (one.topic.empty()) continue;
        const auto found = claim_obstacle(kafka, one.log.category, one.topic);
        if (!found) return;
        if (!first) first = found;
    }
    if (first) throw eventstore::mismatch(first->reason + ". " + first->to_do);
}

}  // namespace annals::app
