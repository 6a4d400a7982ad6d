// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/preparation.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/record_deletion.hpp>
#include <annals/kafka/resumption.hpp>
#include <annals/kafka/topic.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

namespace annals::kafka {

using namespace eventstore;

namespace {

auto obstacle_to_claim(publication_ledger& ledger, const settings& settings, const std::string& category)
    -> std::optional<obstacle>
{
    try {
        return claim_obstacle(settings, category, ledger.claim_topic(category, topic_of(settings, category)));
    } catch (const invalid_request& problem) {
        return obstacle{problem.what(), "Choose another topic template: this category's name does not fit it."};
    }
}

auto unready(publication_ledger& ledger, rd_kafka_t& client, const settings& settings, const std::vector<led_log>& logs)
    -> unready_topics
{
    std::set<category> categories;
    for (const auto& log : logs) categories.insert({log.log.category, log.partitions});
    unready_topics all;
    std::vector<category> claimed;
    for (const auto& category : categories)
        if (auto why = obstacle_to_claim(ledger, settings, category.name)) all.obstacles[category.name] = *why;
        else claimed.push_back(category);
    auto found = prepare_topics(client, settings, claimed);
    all.obstacles.merge(found.obstacles);
    all.leaderless = std::move(found.leaderless);
    return all;
}

auto obstacle_of(const halt& halt, const std::string& topic) -> obstacle
{
    if (halt.is == halt::cause::unreadable)
        return {"Kafka's topic " + topic + " cannot be read: " + halt.difference,
                "It is tried again; a publisher needs the right to read and describe the topics that it fills."};
    return {halt.difference,
            "The log was restored to an older state, or the topic belongs to another store. To repair it: "
            "annals publish repair"};
}

auto why_unready(const unready_topics& unready, const led_log& log, const std::string& topic) -> std::optional<obstacle>
{
    if (const auto found = unready.obstacles.find(log.log.category); found != unready.obstacles.end())
        return found->second;
    const auto found = unready.leaderless.find(log.log.category);
    if (found == unready.leaderless.end() || !found->second.contains(log.log.partition)) return {};
    return obstacle{"Kafka's partition " + topic + "/" + std::to_string(log.log.partition) + " has no leader",
                    "Start the brokers that hold it."};
}

/// First saves that nothing was published: after a crash the topic is looked at again.
auto empty_topic(publication_ledger& ledger, const settings& settings, const topic_partition& at,
                 publication_cursor beginning) -> std::expected<publication_cursor, obstacle>
{
    beginning.topic_offset = 0;
    ledger.save({&beginning, 1});
    try {
        beginning.topic_offset = delete_records(settings, at);
        return beginning;
    } catch (const no_broker&) {
        throw;
    } catch (const error& refused) {
        return std::unexpected(obstacle{
            "Kafka's topic " + at.topic + " was replaced and begins with later events than the log. " + refused.what(),
            "Give the publisher the right to delete the topic's records, or delete the topic: it is filled "
            "again."});
    }
}

}  // namespace

auto prepare_logs(store& store, publication_ledger& ledger, rd_kafka_t& client, const settings& settings,
                  const std::string& incarnation, const std::vector<led_log>& logs) -> std::vector<prepared_log>
{
    const auto not_ready = unready(ledger, client, settings, logs);
    std::vector<prepared_log> prepared;
    std::vector<led_log> ready;
    std::vector<log_id> names;
    for (const auto& log : logs) {
        const auto topic = find_topic_of(settings, log.log.category).value_or("");
        if (auto why = why_unready(not_ready, log, topic)) {
            prepared.push_back({log, topic, std::unexpected(*std::move(why))});
        } else {
            ready.push_back(log);
            names.push_back(log.log);
        }
    }
    if (ready.empty()) return prepared;
    for (auto& [log, from, next_offset, was_replaced, begins_late, is_news] :
         find_resumptions(store, {ledger.cursors(names), incarnation}, settings, ready)) {
        auto& one = prepared.emplace_back(log, topic_of(settings, log.log.category), publication_cursor{}, next_offset,
                                          was_replaced, is_news);
        if (!from) one.from = std::unexpected(obstacle_of(from.error(), one.topic));
        else if (begins_late) one.from = empty_topic(ledger, settings, {one.topic, log.log.partition}, *from);
        else one.from = *std::move(from);
        if (begins_late && one.from) one.next_offset = one.from->topic_offset;
    }
    return prepared;
}

}  // namespace annals::kafka
