// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/kafka/publisher.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/processors/kafka_feed.hpp>
#include <tests/kafka/lone_ledger.hpp>
#include <tests/kafka/published.hpp>
#include <tests/processors/feed_contract.hpp>
#include <tests/support/hooked_store.hpp>

#include <optional>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace {

/// A log of one partition, published by hand or by a publisher, and a feed that reads the topic. While the feed
/// cannot reach the log, events come through the topic or not at all.
struct fed_samples {
    memory::memory_store log{1};
    tests::hooked_store seen_log{log};
    kafka::settings settings = tests::broker_settings();
    tests::lone_ledger ledger{log};
    std::jthread publishing;
    std::unique_ptr<processors::kafka_feed> feed;
    log_position seen;

    fed_samples()
    {
        log.ensure_category({"sample", 1});
        kafka::ensure_topics(settings, log.categories());
        feed = std::make_unique<processors::kafka_feed>(seen_log, settings, "test");
    }
    ~fed_samples()
    {
        publishing = {};
        feed.reset();
        tests::delete_topic(settings, kafka::topic_of(settings, "sample"));
    }

    void publish()
    {
        publishing = std::jthread(
            [this](std::stop_token stop) { kafka::publisher(log, ledger, settings).run(std::move(stop)); });
    }
    void append(int count) { tests::append_events(log, "sample", count); }

    auto event(log_position position) -> std::optional<recorded_event>
    {
        const auto found = log.read_log({"sample", 0}, {position.number - 1}, {.events_max = 1});
        return found.empty() ? std::nullopt : std::optional(found[0]);
    }
    void write(std::int64_t position) { write(event({position}).value(), "1"); }
    void write(const recorded_event& event, const std::string& incarnation)
    {
        tests::write_record(settings, kafka::topic_of(settings, "sample"), 0,
                            kafka::to_record(event, {"annals/sample", incarnation}));
    }

    auto next() -> std::vector<recorded_event>
    {
        const auto told = feed->changes().count();
        std::vector<recorded_event> events;
        try {
            events = feed->next(std::vector<log_cursor>{{{"sample", 0}, seen}}, {});
        } catch (const unavailable&) {
            // The log is unreachable.
        }
        if (events.empty()) feed->changes().wait(told, 20ms);
        return events;
    }

    /// Follows the log until it has come this far; false when an event is not the log's, or none comes.
    auto reaches(std::int64_t position) -> bool
    {
        const auto until = std::chrono::steady_clock::now() + 30s;
        while (seen.number < position && std::chrono::steady_clock::now() < until)
            for (const auto& given : next()) {
                const auto expected = event({++seen.number});
                if (!expected || given.id != expected->id) return false;
            }
        return seen.number == position;
    }
};

/// Events that a log does not have (any more), from the given position on.
auto lost_events(int from, int count) -> std::vector<recorded_event>
{
    memory::memory_store lost{1};
    tests::append_events(lost, "sample", from + count - 1);
    return lost.read_log({"sample", 0}, {from - 1});
}

}  // namespace

TEST_CASE("the Kafka feed keeps the contract of feeds")
{
    static const auto store = std::make_shared<memory::memory_store>(2);
    static const auto settings = tests::broker_settings();
    static tests::lone_ledger ledger(*store);
    std::jthread publishing(
        [&](std::stop_token stop) { kafka::publisher(*store, ledger, settings).run(std::move(stop)); });
    processors::contract::check_feed([&] {
        const auto feed = std::make_shared<processors::kafka_feed>(*store, settings, "test");
        return processors::contract::feed_under_test{store, feed};
    });
}

TEST_CASE("readers near the end read the topic, not the log")
{
    fed_samples samples;
    samples.publish();
    samples.append(10);
    CHECK(samples.reaches(10));
    samples.seen_log.is_away = true;
    for (int position = 11; position <= 30; ++position) {
        samples.append(1);
        CHECK(samples.reaches(position));
    }
}

TEST_CASE("repeated records are delivered once")
{
    fed_samples samples;
    samples.append(6);
    CHECK(samples.reaches(6));
    samples.seen_log.is_away = true;
    samples.append(3);
    for (const int position : {5, 6, 7, 6, 7, 8, 5, 6, 7, 8, 9}) samples.write(position);
    CHECK(samples.reaches(9));
}

TEST_CASE("a gap in the topic is filled from the log")
{
    fed_samples samples;
    samples.append(4);
    CHECK(samples.reaches(4));
    samples.seen_log.is_away = true;
    samples.append(6);
    for (const int position : {5, 6}) samples.write(position);
    CHECK(samples.reaches(6));
    for (const int position : {9, 10}) samples.write(position);
    samples.seen_log.is_away = false;
    CHECK(samples.reaches(10));
}

TEST_CASE("events that never come through the topic are read from the log")
{
    fed_samples samples;
    samples.append(4);
    CHECK(samples.reaches(4));
    samples.append(1);
    CHECK(samples.reaches(5));
}

TEST_CASE("a record of another incarnation of the store is not delivered: the log's own event is")
{
    fed_samples samples;
    samples.append(4);
    CHECK(samples.reaches(4));
    for (const auto& lost : lost_events(5, 3)) samples.write(lost, "0");
    samples.append(1);
    CHECK(samples.reaches(5));
    samples.seen_log.is_away = true;
    samples.append(1);
    samples.write(6);
    CHECK(samples.reaches(6));
}

TEST_CASE("events from before the store was restored are not delivered afterwards")
{
    fed_samples samples;
    samples.append(4);
    CHECK(samples.reaches(4));
    samples.seen_log.is_away = true;
    for (const auto& lost : lost_events(5, 2)) samples.write(lost, "1");
    for (int attempt = 0; attempt < 1000 && samples.next().empty(); ++attempt) {}
    CHECK(samples.next().size() == 2);

    samples.seen_log.restore(samples.log);
    samples.seen_log.is_away = false;
    CHECK(samples.next().empty());
    samples.append(1);
    CHECK(samples.reaches(5));
    samples.seen_log.is_away = true;
    samples.append(1);
    samples.write(samples.event({6}).value(), samples.seen_log.incarnation().value());
    CHECK(samples.reaches(6));
}

TEST_CASE("without a broker everything is read from the log")
{
    fed_samples samples;
    auto nowhere = samples.settings;
    nowhere.bootstrap_servers = "127.0.0.1:1";
    samples.feed = std::make_unique<processors::kafka_feed>(samples.seen_log, nowhere, "test");
    samples.append(2000);
    CHECK(samples.reaches(2000));
    samples.append(5);
    CHECK(samples.reaches(2005));
}

TEST_CASE("a topic that is deleted and filled again is followed again")
{
    fed_samples samples;
    samples.publish();
    samples.append(20);
    CHECK(samples.reaches(20));
    tests::delete_topic(samples.settings, kafka::topic_of(samples.settings, "sample"));
    samples.append(20);
    CHECK(samples.reaches(40));
    CHECK(tests::difference_after(30s, samples.log, samples.settings, "sample") == "");
    samples.seen_log.is_away = true;
    samples.append(1);
    CHECK(samples.reaches(41));
}
