// SPDX-License-Identifier: Apache-2.0
#include <annals/app/topic_template.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/publication_tables.hpp>
#include <annals/kafka/topic.hpp>

namespace annals::app {

using eventstore::postgres::read_topics;

auto foreign_topics(libpq::connection& log, const kafka::settings& kafka) -> kafka::obstacles
{
    kafka::obstacles foreign;
    for (const auto& [category, topic] : read_topics(log))
        if (auto found = claim_obstacle(kafka, category, topic)) foreign.emplace(category, *std::move(found));
    return foreign;
}

void check_topic_template(context& context, const kafka::settings& kafka)
{
    libpq::connection log(context.configuration().dsn());
    const auto foreign = foreign_topics(log, kafka);
    if (foreign.empty() || foreign.size() < read_topics(log).size()) return;
    const auto& [category, first] = *foreign.begin();
    throw eventstore::mismatch(first.reason + ". " + first.to_do);
}

}  // namespace annals::app
