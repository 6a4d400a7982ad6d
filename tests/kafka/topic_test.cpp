// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/kafka/topic_survey.hpp>
#include <tests/kafka/broker.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::eventstore;
using kafka::ensure_topics;

namespace {

const std::vector<category> samples{{"sample", 3}};

auto texts_of(const kafka::surveyed_topic& topic)
{
    std::string texts;
    for (const auto& remark : topic.remarks) texts += (remark.is_risk ? "RISK " : "") + remark.found + "\n";
    return texts;
}

}  // namespace

TEST_CASE("a missing topic is created with the category's partitions and room for the largest event")
{
    const auto settings = tests::broker_settings();
    const auto topic = kafka::topic_of(settings, "sample");
    ensure_topics(settings, samples);
    ensure_topics(settings, samples);
    CHECK(tests::partitions_of(settings, topic) == 3);
    CHECK(tests::topic_property(settings, topic, "max.message.bytes") == "2097152");
    CHECK(tests::topic_property(settings, topic, "retention.ms") == "604800000");
    tests::delete_topic(settings, topic);
}

TEST_CASE("a topic is created with the configured retention and copies, and a later difference is reported")
{
    auto settings = tests::broker_settings();
    settings.retention = std::chrono::hours(0);
    settings.replication_factor = 1;
    settings.min_insync_replicas = 1;
    const auto topic = kafka::topic_of(settings, "sample");
    CHECK(kafka::survey_topics(settings, samples).front().is_missing);
    ensure_topics(settings, samples);
    CHECK(tests::topic_property(settings, topic, "retention.ms") == "-1");
    CHECK(tests::topic_property(settings, topic, "min.insync.replicas") == "1");
    CHECK(kafka::survey_topics(settings, samples).front().remarks.empty());

    settings.retention = std::chrono::hours(24);
    settings.replication_factor = 3;
    settings.min_insync_replicas = 2;
    const auto found = kafka::survey_topics(settings, samples).front();
    CHECK(!found.is_missing);
    CHECK(!found.obstacle);
    CHECK(texts_of(found)
          == "the topic " + topic + " has retention.ms=-1, configured is 86400000\nthe topic " + topic
                 + " has min.insync.replicas=1, configured is 2\nthe topic " + topic
                 + " has replication.factor=1, configured is 3\n");
    tests::delete_topic(settings, topic);
}

TEST_CASE("more copies than there are brokers is refused by the broker, and reported")
{
    auto settings = tests::broker_settings();
    settings.replication_factor = 3;
    CHECK_THROWS_WITH_AS(ensure_topics(settings, samples), doctest::Contains("creating Kafka's topic"), error);
}

TEST_CASE("a topic with another number of partitions is a mismatch that says what to do")
{
    const auto settings = tests::broker_settings();
    const auto topic = kafka::topic_of(settings, "sample");
    tests::create_topic(settings, {.name = topic, .partitions = 5});
    const auto message =
        "Kafka's topic " + topic
        + " has 5 partitions, but the category sample has 3 logs, and each log "
          "is one partition. Delete the topic (annals fills it again from the log) or choose another topic template.";
    CHECK_THROWS_WITH_AS(ensure_topics(settings, samples), message.c_str(), mismatch);
    tests::delete_topic(settings, topic);
}

TEST_CASE("a topic that would refuse a large event is a mismatch before the first large event")
{
    const auto settings = tests::broker_settings();
    const auto topic = kafka::topic_of(settings, "sample");
    tests::create_topic(settings, {.name = topic, .partitions = 3, .message_bytes_max = 1048588});
    CHECK_THROWS_AS(ensure_topics(settings, samples), mismatch);
    tests::delete_topic(settings, topic);
}

TEST_CASE("an unreachable broker is named, and what to do")
{
    auto settings = tests::broker_settings();
    settings.bootstrap_servers = "127.0.0.1:1";
    CHECK_THROWS_WITH_AS(ensure_topics(settings, samples),
                         "no Kafka broker answers at 127.0.0.1:1: the connection was refused: nothing listens there. "
                         "Start it (its log says why it ended; a full disk ends a broker), or name another with "
                         "--kafka or ANNALS_KAFKA_BOOTSTRAP_SERVERS.",
                         unavailable);
}
