// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/consumer.hpp>
#include <eventstore/kafka/topic.hpp>
#include <tests/eventstore/kafka/broker.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <vector>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;

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
