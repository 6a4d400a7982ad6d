// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/kafka/consumer.hpp>
#include <annals/kafka/topic.hpp>
#include <tests/kafka/published.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <vector>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;
using category_name = category;

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
