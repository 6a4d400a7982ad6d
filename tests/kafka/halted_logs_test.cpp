// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/kafka/publisher.hpp>
#include <annals/kafka/topic.hpp>
#include <tests/kafka/lone_ledger.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/hooked_store.hpp>
#include <tests/support/kept_lines.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <random>
#include <thread>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace {

/// A publisher of two categories; nothing ever goes wrong with `well`.
struct two_categories {
    std::shared_ptr<tests::kept_lines> lines = std::make_shared<tests::kept_lines>();
    tests::hooked_store store{std::make_shared<memory::memory_store>(2)};
    kafka::settings settings = tests::broker_settings();
    tests::lone_ledger ledger{store};
    std::optional<std::jthread> running;

    two_categories() { telemetry::send_log_to(lines); }
    ~two_categories()
    {
        running.reset();
        for (const auto& category : store.categories())
            if (tests::partitions_of(settings, topic(category.name)) > 0)
                tests::delete_topic(settings, topic(category.name));
    }

    auto topic(const std::string& category) const -> std::string { return kafka::topic_of(settings, category); }
    void start()
    {
        running.emplace(
            [this](std::stop_token stop) { kafka::publisher(store, ledger, settings).run(std::move(stop)); });
    }
    void append(const std::string& category, int count) { tests::append_events(store, category, count); }
    auto difference(const std::string& category) { return tests::difference_after(60s, store, settings, category); }
    /// Waits until a log of the category is halted; returns the reason.
    auto reason(const std::string& category) -> std::string
    {
        std::string found;
        tests::waited_until(60s, [&] {
            for (const auto& [log, halt] : ledger.halts())
                if (log.category == category) found = halt.reason + ". " + halt.to_do;
            return !found.empty();
        });
        return found;
    }
    auto is_over(const std::string& category) -> bool
    {
        return tests::waited_until(60s, [&] {
            for (const auto& [log, halt] : ledger.halts())
                if (log.category == category) return false;
            return true;
        });
    }
    /// The other category is published completely meanwhile.
    void check_that_well_is_published()
    {
        append("well", 100);
        CHECK(difference("well") == "");
        for (const auto& [log, halt] : ledger.halts()) CHECK(log.category != "well");
    }
};

}  // namespace

TEST_CASE("a topic whose name collides with another halts its category until that one is gone")
{
    two_categories given;
    given.append("lab.sample", 10);
    given.start();
    CHECK(given.difference("lab.sample") == "");
    given.append("lab_sample", 10);
    const auto why = given.reason("lab_sample");
    CHECK_MESSAGE(why.contains(given.topic("lab_sample")), why);
    CHECK_MESSAGE(why.contains(given.topic("lab.sample")), why);
    given.check_that_well_is_published();
    given.append("lab.sample", 10);
    CHECK(given.difference("lab.sample") == "");
    CHECK(given.lines->count("publishing is halted category=lab_sample ") == 1);
    CHECK(given.lines->count("publishing waits") == 0);
}

TEST_CASE("a topic with another number of partitions halts its category until it is deleted")
{
    two_categories given;
    tests::create_topic(given.settings, {.name = given.topic("sample"), .partitions = 5});
    given.append("sample", 10);
    given.start();
    CHECK(given.reason("sample").contains("has 5 partitions, but the category sample has 2 logs"));
    given.check_that_well_is_published();
    CHECK(given.lines->count("publishing is halted category=sample ") == 1);
    tests::delete_topic(given.settings, given.topic("sample"));
    CHECK(given.difference("sample") == "");
    CHECK(given.is_over("sample"));
    // Once for both logs, or for each when they were published one after the other.
    CHECK(tests::waited_until(60s, [&] { return given.lines->count("published again category=sample ") > 0; }));
}

TEST_CASE("a topic that becomes compacted halts its category until that is undone")
{
    two_categories given;
    given.append("sample", 10);
    given.start();
    CHECK(given.difference("sample") == "");
    tests::set_topic_properties(given.settings, given.topic("sample"),
                                {{"max.message.bytes", "2097152"}, {"cleanup.policy", "compact"}});
    CHECK(given.reason("sample").contains("cleanup.policy=compact"));
    given.check_that_well_is_published();
    tests::set_topic_properties(given.settings, given.topic("sample"), {{"max.message.bytes", "2097152"}});
    CHECK(given.is_over("sample"));
    given.append("sample", 10);
    CHECK(given.difference("sample") == "");
}

TEST_CASE("a record that the topic refuses halts its log, and the others continue")
{
    two_categories given;
    given.append("sample", 10);
    given.append("well", 10);
    given.start();
    CHECK(given.difference("sample") == "");
    CHECK(given.difference("well") == "");
    tests::set_topic_properties(given.settings, given.topic("sample"), {{"max.message.bytes", "100"}});
    given.append("sample", 20);
    given.check_that_well_is_published();
    const auto why = given.reason("sample");
    CHECK_MESSAGE(why.contains("Set max.message.bytes=2097152 on the topic"), why);
    given.check_that_well_is_published();
    tests::set_topic_properties(given.settings, given.topic("sample"), {{"max.message.bytes", "2097152"}});
    CHECK(given.difference("sample") == "");
    CHECK(given.is_over("sample"));
    given.check_that_well_is_published();
    CHECK(given.lines->count("publishing waits") == 0);
}

TEST_CASE("a log that cannot be read is halted, and the others are read and published")
{
    std::atomic<bool> is_damaged = true;
    two_categories given;
    given.append("sample", 10);
    given.store.before_read_logs = [&](std::span<const log_cursor> from) {
        if (is_damaged && std::ranges::find(from, log_id{"sample", 0}, &log_cursor::log) != from.end())
            throw mismatch("it is damaged");
    };
    given.start();
    const auto why = given.reason("sample");
    CHECK_MESSAGE(why.contains("it cannot be read: it is damaged"), why);
    given.check_that_well_is_published();
    for (const auto& [log, halt] : given.ledger.halts()) CHECK(log == log_id{"sample", 0});
    is_damaged = false;
    CHECK(given.is_over("sample"));
    CHECK(given.difference("sample") == "");
}

TEST_CASE("a log whose records are always refused is not reported as published between two attempts")
{
    two_categories given;
    given.append("sample", 10);
    given.start();
    CHECK(given.difference("sample") == "");
    tests::set_topic_properties(given.settings, given.topic("sample"),
                                {{"max.message.bytes", "2097152"}, {"message.timestamp.before.max.ms", "0"}});
    const auto begun = std::chrono::steady_clock::now();
    given.append("sample", 20);
    CHECK(given.reason("sample").contains("Kafka refuses what is published to " + given.topic("sample")));
    CHECK(tests::waited_until(60s, [&] {
        return std::ranges::any_of(given.ledger.halts(), [](const auto& one) { return one.second.attempts >= 3; });
    }));
    CHECK(std::chrono::steady_clock::now() - begun >= 3s);            // after 1 s, and after 2 s more
    CHECK(given.lines->count("published again category=sample ") == 0);
    given.check_that_well_is_published();
    tests::set_topic_properties(given.settings, given.topic("sample"), {{"max.message.bytes", "2097152"}});
    CHECK(given.is_over("sample"));
    CHECK(given.difference("sample") == "");
}

TEST_CASE("a halt saved by another publisher ends when this one finds nothing wrong with the topic")
{
    two_categories given;
    given.append("sample", 10);
    given.ledger.note_halts({{{{"sample", 0}, "it is broken", "Repair it.", 7}}}, {});
    given.start();
    CHECK(given.is_over("sample"));
    CHECK(given.difference("sample") == "");
}

TEST_CASE("how far a topic came before it refused a record is saved")
{
    two_categories given;
    std::minstd_rand random(1);              // compression does not make it shorter
    const auto add = [&](int letters) {
        std::string values;
        for (int i = 0; i < letters; ++i) values += static_cast<char>('a' + random() % 26);
        const new_event event{.type = "sample.measured", .data = R"({"values":")" + values + "\"}"};
        REQUIRE(given.store.append({.streams = {{{"sample", "S-1"}, expected_version::any(), {event}}}}));
    };
    add(10);
    given.start();
    CHECK(given.difference("sample") == "");
    tests::set_topic_properties(given.settings, given.topic("sample"), {{"max.message.bytes", "50000"}});
    const auto records = [&] {
        std::int64_t count = 0;
        for (const int partition : {0, 1})
            count += std::ssize(tests::read_partition(given.settings, given.topic("sample"), partition));
        return count;
    };
    add(10);
    CHECK(tests::waited_until(60s, [&] { return records() == 2 || !given.ledger.halts().empty(); }));
    add(100'000);
    CHECK(given.reason("sample").contains("Set max.message.bytes=2097152 on the topic"));
    CHECK(tests::waited_until(10s, [&] { return given.ledger.saved_positions() == records(); }));
}

TEST_CASE("a category of another topic template is halted, and its name makes no topic")
{
    two_categories given;
    given.append("sample", 10);
    given.ledger.claim_topic("sample", "another-topic");
    given.start();
    CHECK(given.reason("sample").starts_with("the category sample is published to Kafka's topic another-topic, but "));
    given.check_that_well_is_published();
    CHECK(tests::partitions_of(given.settings, given.topic("sample")) == 0);
}

TEST_CASE("a category whose name is too long for a topic is halted")
{
    two_categories given;
    const std::string long_name(200, 'x');
    given.settings.topic_template += std::string(20, 'y');
    given.append(long_name, 1);
    given.start();
    CHECK(given.reason(long_name).contains("cannot be a Kafka topic"));
    given.check_that_well_is_published();
    given.running.reset();
    tests::delete_topic(given.settings, given.topic("well"));
    given.settings.topic_template = "{category}";                // so that nothing is left to delete
}

TEST_CASE("a publisher that starts saves what the topic holds, even if it publishes nothing new")
{
    two_categories given;
    given.append("sample", 10);
    given.start();
    CHECK(given.difference("sample") == "");
    CHECK(tests::waited_until(60s, [&] { return given.ledger.saved_positions() == 10; }));
    given.running.reset();
    given.ledger.forget();
    given.start();
    CHECK(tests::waited_until(60s, [&] { return given.ledger.saved_positions() == 10; }));
}

TEST_CASE("a template or a property that cannot work is refused before anything starts")
{
    two_categories given;
    given.settings.topic_template = "everything";
    CHECK_THROWS_AS(kafka::publisher(given.store, given.ledger, given.settings), invalid_request);
    given.settings.topic_template = "{category}";
    given.settings.properties["no.such.property"] = "1";
    CHECK_THROWS_AS(kafka::publisher(given.store, given.ledger, given.settings), invalid_request);
}
