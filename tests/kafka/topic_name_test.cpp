// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/kafka/topic.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::eventstore;

namespace {

auto named(const char* topic_template)
{
    kafka::settings settings;
    settings.topic_template = topic_template;
    return settings;
}

}  // namespace

TEST_CASE("a topic is named after its category")
{
    CHECK(kafka::topic_of({}, "sample") == "sample.events");
    CHECK(kafka::topic_of(named("laboratory.{category}.events"), "sample") == "laboratory.sample.events");
}

TEST_CASE("a template that would give all categories one topic is refused")
{
    CHECK_THROWS_WITH_AS(kafka::topic_of(named("events"), "sample"),
                         "the topic template \"events\" does not hold {category}: every topic would be the same",
                         invalid_request);
}

TEST_CASE("a name that Kafka does not accept is refused")
{
    CHECK_THROWS_WITH_AS(kafka::topic_of(named("{category}/events"), "sample"),
                         "\"sample/events\" cannot be a Kafka topic: up to 249 letters, digits, '.', '_' and '-' can",
                         invalid_request);
}
