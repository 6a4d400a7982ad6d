// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/topic_settings.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;
using namespace annals::kafka;

namespace {

/// A topic as annals creates it, except for these properties.
auto topic_with(const std::map<std::string, std::string>& properties, int partitions = 3) -> found_topic
{
    found_topic topic;
    topic.partitions = partitions;
    topic.copies = 1;
    topic.properties = {{"max.message.bytes", "2097152"},
                        {"cleanup.policy", "delete"},
                        {"retention.ms", "604800000"},
                        {"retention.bytes", "-1"},
                        {"min.insync.replicas", "1"},
                        {"unclean.leader.election.enable", "false"},
                        {"message.timestamp.difference.max.ms", "9223372036854775807"},
                        {"message.timestamp.before.max.ms", "9223372036854775807"},
                        {"message.timestamp.after.max.ms", "3600000"}};
    for (const auto& [name, value] : properties) topic.properties[name] = value;
    return topic;
}

auto obstacle_with(const std::map<std::string, std::string>& properties) -> std::string
{
    const auto found = obstacle_in("t", topic_with(properties), {"sample", 3});
    return found ? found->reason : "";
}

auto remarks_with(const std::map<std::string, std::string>& properties) -> std::string
{
    std::string all;
    for (const auto& one : remarks_on("t", topic_with(properties), {}))
        all += (one.is_risk ? "risk: " : "advice: ") + one.found + "\n";
    return all;
}

}  // namespace

TEST_CASE("a topic that annals creates has neither obstacle nor remark")
{
    CHECK(obstacle_with({}) == "");
    CHECK(remarks_with({}) == "");
}

TEST_CASE("a topic that would surely refuse or lose events is not published to")
{
    CHECK(obstacle_in("t", topic_with({}, 4), {"sample", 3})->reason.contains("has 4 partitions"));
    CHECK(obstacle_with({{"max.message.bytes", "1048588"}}).contains("takes messages up to 1048588 bytes"));
    CHECK(obstacle_with({{"cleanup.policy", "compact"}}).contains("cleanup.policy=compact: it keeps the last event"));
    CHECK(obstacle_with({{"cleanup.policy", "compact,delete"}}).contains("cleanup.policy=compact,delete"));
    CHECK(obstacle_with({{"min.insync.replicas", "2"}}).contains("but only 1 copies: it refuses every record"));
}

TEST_CASE("a setting that may lose or refuse records is a risk")
{
    CHECK(remarks_with({{"retention.bytes", "1000000"}}).starts_with("risk: the topic t has retention.bytes=1000000"));
    CHECK(remarks_with({{"retention.ms", "60000"}})
          == "risk: the topic t has retention.ms=60000, configured is 604800000\n");
    CHECK(remarks_with({{"unclean.leader.election.enable", "true"}}).starts_with("risk: "));
    for (const auto* limit :
         {"message.timestamp.difference.max.ms", "message.timestamp.before.max.ms", "message.timestamp.after.max.ms"})
        CHECK(remarks_with({{limit, "1000"}}).starts_with(std::string("risk: the topic t has ") + limit + "=1000"));
}

TEST_CASE("a topic that keeps more than configured is fine, and reported")
{
    CHECK(remarks_with({{"retention.ms", "-1"}})
          == "advice: the topic t has retention.ms=-1, configured is 604800000\n");
}

TEST_CASE("a property that is not a number stops nothing")
{
    CHECK(obstacle_with({{"max.message.bytes", "many"}}) == "");
    CHECK(obstacle_with({{"max.message.bytes", ""}}) == "");
    CHECK(obstacle_with({{"max.message.bytes", "99999999999999999999"}}) == "");
}

TEST_CASE("settings that this user may not see are reported as unseen")
{
    auto topic = topic_with({});
    topic.properties.clear();
    topic.unreadable = "Topic authorization failed.";
    CHECK(!obstacle_in("t", topic, {"sample", 3}));
    CHECK(remarks_on("t", topic, {}).at(0).found.contains("Topic authorization failed."));
}
