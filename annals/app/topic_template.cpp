// SPDX-License-Identifier: Apache-2.0
#include <annals/app/topic_template.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/publication_tables.hpp>
#include <annals/kafka/topic.hpp>

#include <map>
#include <string>

namespace annals::app {

using eventstore::postgres::read_topics;

namespace {

auto foreign_among(const std::map<std::string, std::string>& topics, const kafka::settings& kafka) -> kafka::obstacles
{
    kafka::obstacles foreign;
    for (const auto& [category, topic] : topics)
        if (auto found = claim_obstacle(kafka, category, topic)) foreign.emplace(category, *std::move(found));
    return foreign;
}

}  // namespace

auto foreign_topics(libpq::connection& log, const kafka::settings& kafka) -> kafka::obstacles
{
    return foreign_among(read_topics(log), kafka);
}

void check_topic_template(context& context, const kafka::settings& kafka)
{
    libpq::connection log(context.configuration().dsn());
    const auto topics = read_topics(log);
    const auto foreign = foreign_among(topics, kafka);
    if (foreign.empty() || foreign.size() < topics.size()) return;
    const auto& [category, first] = *foreign.begin();
    throw eventstore::mismatch(first.reason + ". " + first.to_do);
}

}  // namespace annals::app
