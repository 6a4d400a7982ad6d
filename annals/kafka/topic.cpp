// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/topic.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/topic_creation.hpp>
#include <annals/kafka/topic_survey.hpp>

#include <thread>

namespace annals::kafka {

using namespace eventstore;

namespace {

using namespace std::chrono_literals;

constexpr std::string_view category_mark = "{category}";
constexpr std::size_t topic_name_bytes_max = 249;        // org.apache.kafka.common.internals.Topic

auto is_topic_name(std::string_view name) -> bool
{
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !name.empty() && name.size() <= topic_name_bytes_max && name != "." && name != ".."
           && name.find_first_not_of(allowed) == std::string_view::npos;
}

/// The categories whose topics are missing but can exist; notes what is wrong with the others.
auto missing(std::span<const surveyed_topic> topics, std::span<const category> categories, unready_topics& unready)
    -> std::vector<category>
{
    std::vector<category> all;
    for (std::size_t i = 0; i < topics.size(); ++i) {
        const auto& topic = topics[i];
        if (topic.obstacle) unready.obstacles[topic.category] = *topic.obstacle;
        else if (topic.is_missing && !unready.obstacles.contains(topic.category)) all.push_back(categories[i]);
        else if (!topic.leaderless.empty()) unready.leaderless[topic.category] = topic.leaderless;
    }
    return all;
}

}  // namespace

auto topic_of(const settings& settings, std::string_view category) -> std::string
{
    auto name = settings.topic_template;
    const auto mark = name.find(category_mark);
    if (mark == std::string::npos)
        throw invalid_request("the topic template \"" + name
                              + "\" does not hold {category}: every topic would be the same");
    name.replace(mark, category_mark.size(), category);
    if (!is_topic_name(name))
        throw invalid_request("\"" + name
                              + "\" cannot be a Kafka topic: up to 249 letters, digits, '.', '_' and '-' can");
    return name;
}

auto find_topic_of(const settings& settings, std::string_view category) -> std::optional<std::string>
{
    try {
        return topic_of(settings, category);
    } catch (const invalid_request&) {
        return {};
    }
}

void check_settings(const settings& settings)
{
    topic_of(settings, "a");
    make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {{"compression.type", settings.compression}}));
}

auto claim_obstacle(const settings& settings, const std::string& category, const std::string& claimed)
    -> std::optional<obstacle>
{
    const auto wanted = find_topic_of(settings, category);
    if (claimed == wanted) return {};
    return obstacle{"the category " + category + " is published to Kafka's topic " + claimed
                        + ", but this program's topic template " + settings.topic_template + " gives "
                        + wanted.value_or("no topic name"),
                    "Set the template that gives " + claimed
                        + " (ANNALS_TOPIC, or --set topic=TEMPLATE), or move the category: annals publish repair."};
}

auto prepare_topics(rd_kafka_s& client, const settings& settings, std::span<const category> categories)
    -> unready_topics
{
    unready_topics found;
    const auto wanted = missing(survey_topics(client, settings, categories), categories, found);
    if (wanted.empty()) return found;
    found.obstacles.merge(create_topics(client, settings, wanted));
    auto left = wanted;
    for (auto wait = 5ms; !left.empty() && wait < answer_timeout; wait *= 2) {  // brokers learn of them a little later
        std::this_thread::sleep_for(wait);
        left = missing(survey_topics(client, settings, wanted), wanted, found);
    }
    for (const auto& category : left)
        found.obstacles[category.name] = {
            "Kafka's topic " + topic_of(settings, category.name) + " was created, but " + settings.bootstrap_servers
                + " does not list it",
            "It is tried again; where that does not help, allow this user to describe the topic."};
    return found;
}

void ensure_topics(const settings& settings, std::span<const category> categories)
{
    const auto client = make_client(RD_KAFKA_PRODUCER, make_configuration(settings, {}));
    for (const auto& [category, found] : prepare_topics(*client, settings, categories).obstacles)
        throw mismatch(found.reason + ". " + found.to_do);
}

}  // namespace annals::kafka
