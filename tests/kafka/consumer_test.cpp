// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/kafka/consumer.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/topic.hpp>
#include <tests/kafka/published.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;
using category_name = category;

namespace {

/// What the broker keeps for a group, as Kafka's own tools show it; negative: nothing.
auto committed_offset(const kafka::settings& settings, const std::string& group, const std::string& topic)
    -> std::int64_t
{
    kafka::configuration_handle configuration(rd_kafka_conf_new());
    for (const auto& [name, value] : {std::pair("bootstrap.servers", settings.bootstrap_servers), {"group.id", group}})
        rd_kafka_conf_set(configuration.get(), name, value.c_str(), nullptr, 0);
    const kafka::consumer_handle client(rd_kafka_new(RD_KAFKA_CONSUMER, configuration.release(), nullptr, 0));
    const kafka::partition_list asked(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(asked.get(), topic.c_str(), 0);
    REQUIRE(rd_kafka_committed(client.get(), asked.get(), 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
    return asked->elems[0].offset;
}

}  // namespace

TEST_CASE("the broker keeps how far a consumer has read, under the name of its group")
{
    const auto settings = tests::broker_settings();
    memory::memory_store store{1};
    tests::append_events(store, "read", 5);
    const auto topic = kafka::topic_of(settings, "read");
    kafka::ensure_topics(settings, std::vector<category_name>{{"read", 1}});
    for (const auto& event : store.read_log({"read", 0}, {}))
        tests::write_record(settings, topic, 0, kafka::to_record(event, {"annals/read", "1"}));
    const auto group = "group of " + topic;
    kafka::consumer consumer(settings, group);
    consumer.follow({"read", 0}, 0);
    std::size_t found = 0;
    REQUIRE(tests::waited_until(60s, [&] { return (found += consumer.poll(50ms).size()) >= 5; }));
    CHECK(tests::waited_until(20s, [&] {
        consumer.commit();
        return committed_offset(settings, group, topic) == 5;
    }));
    tests::delete_topic(settings, topic);
}

TEST_CASE("a missing topic delays no other, and is followed when it appears")
{
    const auto settings = tests::broker_settings();
    memory::memory_store store{1};
    tests::append_events(store, "here", 3);
    tests::append_events(store, "late", 2);
    const auto write = [&](const std::string& category) {
        kafka::ensure_topics(settings, std::vector<category_name>{{category, 1}});
        for (const auto& event : store.read_log({category, 0}, {}))
            tests::write_record(settings, kafka::topic_of(settings, category), 0,
                                kafka::to_record(event, {"annals/" + category, "1"}));
    };
    kafka::consumer consumer(settings, "test");
    const auto count = [&](const std::string& category, std::size_t wanted) {
        std::size_t found = 0;
        tests::waited_until(60s, [&] {
            for (const auto& one : consumer.poll(50ms)) found += one.event.stream.category == category ? 1 : 0;
            return found >= wanted;
        });
        return found;
    };
    write("here");
    consumer.follow({"late", 0});
    consumer.follow({"here", 0});
    CHECK(count("here", 3) == 3);
    write("late");
    CHECK(count("late", 2) == 2);
    tests::delete_topic(settings, kafka::topic_of(settings, "late"));
    write("here");
    CHECK(count("here", 3) == 3);
    tests::delete_topic(settings, kafka::topic_of(settings, "here"));
}

TEST_CASE("a consumer ends although its topic has vanished")
{
    const auto settings = tests::broker_settings();
    kafka::ensure_topics(settings, std::vector<category>{{"sample", 1}});
    std::optional<kafka::consumer> consumer(std::in_place, settings, "test");
    consumer->follow({"sample", 0});
    CHECK(consumer->poll(500ms).empty());
    tests::delete_topic(settings, kafka::topic_of(settings, "sample"));
    const auto until = std::chrono::steady_clock::now() + 3s;    // librdkafka looks at topics every two
    while (std::chrono::steady_clock::now() < until) CHECK(consumer->poll(50ms).empty());
    consumer.reset();
}
