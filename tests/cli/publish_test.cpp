// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/topic.hpp>
#include <tests/eventstore/kafka/broker.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <thread>

namespace annals::tests {
namespace {

using namespace std::chrono_literals;

/// A database with a category of one log, and the program at work on it with a topic template of this test's own.
struct published_samples {
    temporary_database database;
    eventstore::kafka::settings settings = broker_settings();

    ~published_samples() { delete_topic(settings, topic()); }

    auto topic() const -> std::string { return topic_of(settings, "sample"); }
    auto command(std::vector<std::string> words, const std::string& topic_template) const -> std::vector<std::string>
    {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", database.dsn(), "--set", "topic=" + topic_template});
        return words;
    }
    auto run(std::vector<std::string> words, const std::string& topic_template) const -> outcome
    {
        return child(command(std::move(words), topic_template)).wait();
    }
    auto run(std::vector<std::string> words) const -> outcome { return run(std::move(words), settings.topic_template); }

    void append(int count) const
    {
        for (int i = 0; i < count; ++i)
            CHECK(run({"append", "sample-S-1", "sample.created", "{}", "--set", "partitions=1"}).exit_code == 0);
    }
    /// Publishes until the status says so many events are.
    auto publishes(int count) const -> bool
    {
        child program(command({"publish"}, settings.topic_template));
        const auto wanted = "\"published\": " + std::to_string(count) + ",";
        bool is_published = false;
        for (int attempt = 0; attempt < 200 && !is_published; ++attempt) {
            is_published = run({"publish", "status", "--json"}).out.contains(wanted);
            std::this_thread::sleep_for(50ms);
        }
        program.signal(SIGTERM);
        return program.wait().exit_code == 0 && is_published;
    }
};

TEST_CASE("a program with another topic template refuses to publish, or to follow, what is published already")
{
    const published_samples samples;
    samples.append(2);
    CHECK(samples.publishes(2));
    const auto other = "other-" + samples.settings.topic_template;
    const auto refused = samples.run({"publish"}, other);
    CHECK(refused.exit_code == 1);
    CHECK_MESSAGE(refused.err.contains("the category sample is published to Kafka's topic " + samples.topic()
                                       + ", but this program's topic template " + other + " gives other-"
                                       + samples.topic() + ". Set the template"),
                  refused.err);
    CHECK(partitions_of(samples.settings, "other-" + samples.topic()) == 0);
    const auto lost = samples.run({"work"}, other);
    CHECK(lost.exit_code == 1);
    CHECK_MESSAGE(lost.err.contains("the category sample is published to Kafka's topic " + samples.topic()), lost.err);
    CHECK(samples.run({"publish", "status", "--json"}, other).out.contains("\"topic\": \"" + samples.topic() + "\""));
}

}  // namespace
}  // namespace annals::tests
