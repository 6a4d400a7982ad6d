// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/topic_findings.hpp>

#include <annals/app/kafka_settings.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/eventstore/postgres/publication_status.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/kafka/topic_survey.hpp>

#include <map>
#include <utility>

namespace annals::operations {
namespace {

using kafka::surveyed_topic;
using eventstore::postgres::log_publication;
using weight = finding::weight;

auto publication_of(const app::context& context) -> std::vector<log_publication>
{
    libpq::connection log(context.configuration().dsn());
    return eventstore::postgres::read_publication_status(log);
}

/// The topic of each category.
auto claims_of(const app::context& context) -> std::map<std::string, std::string>
{
    std::map<std::string, std::string> claims;
    for (const auto& one : publication_of(context))
        if (!one.topic.empty()) claims[one.log.category] = one.topic;
    return claims;
}

auto missing_topics(const std::vector<std::string>& names, const std::string& program) -> finding
{
    const auto others = names.size() > 1 ? " (and " + std::to_string(names.size() - 1) + " more)" : "";
    return {weight::advice,
            "Kafka",
            "the topic " + names.front() + " is not there yet" + others,
            "the publisher creates it: " + program + " run",
            {{"topics", names.size()}}};
}

auto halted_logs(const std::vector<const log_publication*>& logs) -> finding
{
    const auto& halted = *logs.front()->halted;
    const auto& log = logs.front()->log;
    return {weight::problem,
            "publication",
            (logs.size() == 1 ? to_string(log) : log.category) + " is not published since "
                + eventstore::to_string(halted.since) + " (tried " + app::with_separators(halted.attempts)
                + " times): " + halted.reason,
            halted.to_do,
            {{"category", log.category}, {"logs", logs.size()}, {"attempts", halted.attempts}}};
}

}  // namespace

auto examine_topics(app::context& context) -> std::vector<finding>
{
    const auto settings = app::kafka_settings(context.configuration());
    const auto topics = survey_topics(settings, context.store().categories());
    const auto claims = claims_of(context);
    std::vector<finding> all;
    std::vector<std::string> missing;
    std::size_t fit = 0;
    for (const auto& topic : topics) {
        const auto claim = claims.find(topic.category);
        auto obstacle = claim == claims.end() ? std::nullopt : claim_obstacle(settings, topic.category, claim->second);
        if (!obstacle) obstacle = topic.obstacle;
        if (obstacle) all.push_back({weight::problem, "Kafka", obstacle->reason, obstacle->to_do});
        else if (topic.is_missing) missing.push_back(topic.name);
        else ++fit;
        if (claim != claims.end() && claim->second != topic.name) continue;      // not the topic of this category
        for (const auto& [is_risk, found, to_do] : topic.remarks)
            all.push_back({is_risk ? weight::problem : weight::advice, "Kafka", found, to_do});
    }
    if (!missing.empty()) all.insert(all.begin(), missing_topics(missing, context.program()));
    all.insert(all.begin(), {weight::well,
                             "Kafka",
                             settings.bootstrap_servers + ", " + std::to_string(fit) + " topics fit their categories",
                             {},
                             {{"topics", fit}}});
    return all;
}

auto examine_publication(const app::context& context, std::optional<std::int64_t> lag_max) -> std::vector<finding>
{
    const auto logs = publication_of(context);
    std::vector<finding> all;
    std::map<std::pair<std::string, std::string>, std::vector<const log_publication*>> halted;
    std::int64_t behind = 0;
    bool is_led = true;
    for (const auto& one : logs) {
        behind += one.head - one.published;
        is_led = is_led && (!one.leader.empty() || one.head == one.published);
        if (one.halted) halted[{one.log.category, one.halted->reason}].push_back(&one);
    }
    for (const auto& [reason, of] : halted) all.push_back(halted_logs(of));
    const auto found = app::with_separators(behind) + " events behind";
    const std::vector<telemetry::field> values{{"events_behind", behind}};
    if (!is_led)
        all.push_back({weight::problem, "publication",
                       found + "; no process publishes: none runs, or none reaches Kafka", context.program() + " run",
                       values});
    else if (lag_max && behind > *lag_max)
        all.push_back({weight::problem, "publication", found, context.program() + " publish status", values});
    else if (halted.empty()) all.push_back({weight::well, "publication", found, {}, values});
    return all;
}

}  // namespace annals::operations
