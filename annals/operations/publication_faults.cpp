// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/publication_faults.hpp>

#include <annals/kafka/record_deletion.hpp>
#include <annals/kafka/resumption.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/kafka/topic_survey.hpp>

#include <algorithm>
#include <set>

namespace annals::operations {
namespace {

using kafka::halt;
using eventstore::postgres::publication_repair;
using remedy = publication_fault::remedy;

auto logs_of(const eventstore::category& category) -> std::vector<eventstore::log_id>
{
    std::vector<eventstore::log_id> logs;
    for (int partition = 0; partition < category.partitions; ++partition) logs.push_back({category.name, partition});
    return logs;
}

auto moved_categories(publication_repair& ledger, const kafka::settings& settings,
                      std::span<const eventstore::category> categories) -> std::vector<publication_fault>
{
    std::vector<publication_fault> faults;
    const auto claims = ledger.topics();
    for (const auto& category : categories) {
        const auto topic = find_topic_of(settings, category.name);
        const auto claim = claims.find(category.name);
        if (!topic || claim == claims.end() || claim->second == *topic) continue;
        faults.push_back(
            {.by = remedy::move,
             .subject = category.name,
             .topic = *topic,
             .found = "it is published to the topic " + claim->second,
             .repair = "publish it to " + *topic + " from the beginning; leave " + claim->second + " alone",
             .logs = logs_of(category)});
    }
    return faults;
}

auto fault_of(const eventstore::log_id& log, const std::string& topic, const halt& halted) -> publication_fault
{
    publication_fault fault{.by = remedy::publish_again,
                            .subject = to_string(log),
                            .topic = topic,
                            .found = halted.difference,
                            .repair = "delete what the partition holds, and publish the log there from the beginning",
                            .logs = {log},
                            .topic_end = halted.topic_end};
    if (halted.is == halt::cause::unreadable) {
        fault.by = remedy::by_hand;
        fault.found = "the topic cannot be read: " + halted.difference;
        fault.repair = "allow this user to read the topic, or start the brokers that hold it";
    }
    if (halted.is == halt::cause::other_system) {
        fault.by = remedy::adopt;
        fault.repair = "continue after that position, since the events are the same";
    }
    return fault;
}

/// The logs whose topics can be compared with them; a publisher creates and fills missing topics itself.
auto comparable_logs(const kafka::settings& settings, std::span<const eventstore::category> categories,
                     std::vector<publication_fault>& faults) -> std::vector<eventstore::led_log>
{
    std::vector<eventstore::led_log> logs;
    const auto topics = survey_topics(settings, categories);
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (const auto& why = topics[i].obstacle)
            faults.push_back({.by = remedy::by_hand,
                              .subject = topics[i].category,
                              .topic = topics[i].name,
                              .found = why->reason,
                              .repair = why->to_do,
                              .logs = {}});
        else if (!topics[i].is_missing)
            for (const auto& log : logs_of(categories[i])) logs.push_back({log, categories[i].partitions});
    }
    return logs;
}

}  // namespace

auto find_publication_faults(eventstore::store& store, publication_repair& ledger, const kafka::settings& settings,
                             std::span<const eventstore::category> categories) -> std::vector<publication_fault>
{
    auto faults = moved_categories(ledger, settings, categories);
    std::set<std::string> moved;
    for (const auto& fault : faults) moved.insert(fault.subject);

    const auto logs = comparable_logs(settings, categories, faults);
    std::vector<eventstore::log_id> known;
    for (const auto& log : logs)
        if (!moved.contains(log.log.category)) known.push_back(log.log);
    for (const auto& one : find_resumptions(store, {ledger.cursors(known), ledger.incarnation()}, settings, logs))
        if (!one.from)
            faults.push_back(fault_of(one.log.log, topic_of(settings, one.log.log.category), one.from.error()));
    return faults;
}

void repair(const publication_fault& fault, publication_repair& ledger, const kafka::settings& settings)
{
    switch (fault.by) {
        case remedy::move: return ledger.move(fault.subject, fault.topic);
        case remedy::publish_again:
            ledger.forget(fault.logs.front());           // first: an emptied topic must not look fully published
            delete_records(settings, {fault.topic, fault.logs.front().partition});
            return;
        case remedy::by_hand: return;
        case remedy::adopt:
            auto adopted = fault.topic_end;
            adopted.incarnation = ledger.incarnation();
            return ledger.save(adopted);
    }
}

}  // namespace annals::operations
