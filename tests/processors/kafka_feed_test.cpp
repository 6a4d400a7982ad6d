// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/publisher.hpp>
#include <eventstore/kafka/topic.hpp>
#include <eventstore/memory/memory_store.hpp>
#include <processors/kafka_feed.hpp>
#include <tests/eventstore/kafka/lone_ledger.hpp>
#include <tests/eventstore/kafka/published.hpp>
#include <tests/processors/feed_contract.hpp>

#include <algorithm>
#include <atomic>

using namespace annals;
using namespace annals::eventstore;
using namespace annals::processors;
using namespace std::chrono_literals;

namespace {

/// A store that counts how many events were read from it.
class counted_store final : public store {
public:
    using store::append;
    void append(append_request request, on_appended done) override { log_.append(std::move(request), std::move(done)); }
    auto find_appended(std::string_view category, std::string_view key) -> std::optional<appended> override
    {
        return log_.find_appended(category, key);
    }
    auto read(const stream_id& stream, const stream_range& range) -> std::vector<recorded_event> override
    {
        return log_.read(stream, range);
    }
    auto read_logs(std::span<const log_cursor> cursors, const page_size& page, direction order)
        -> std::vector<recorded_event> override
    {
        auto events = log_.read_logs(cursors, page, order);
        events_read += events.size();
        return events;
    }
    auto heads(std::string_view category) -> std::vector<log_position> override { return log_.heads(category); }
    auto categories() -> std::vector<category> override { return log_.categories(); }
    auto find_category(std::string_view name) -> std::optional<category> override { return log_.find_category(name); }
    void ensure_category(const category& wanted) override { log_.ensure_category(wanted); }
    auto bell() -> doorbell& override { return log_.bell(); }

    std::atomic<std::size_t> events_read = 0;

private:
    memory::memory_store log_{1};
};

/// A log of one partition, published by hand or by a publisher, and a feed that reads the topic.
struct fed_samples {
    counted_store store;
    kafka::settings settings = tests::broker_settings();
    tests::lone_ledger ledger{store};
    std::jthread publishing;
    std::unique_ptr<kafka_feed> feed;
    log_position seen;

    fed_samples()
    {
        store.ensure_category({"sample", 1});
        kafka::ensure_topics(settings, store.categories());
        feed = std::make_unique<kafka_feed>(store, settings, "test");
    }
    ~fed_samples() { publishing = {}; }

    auto log() const -> log_id { return {"sample", 0}; }
    void publish()
    {
        publishing = std::jthread(
            [this](std::stop_token stop) { kafka::publisher(store, ledger, settings).run(std::move(stop)); });
    }
    void append(int count) { tests::append_events(store, "sample", count); }
    void write(std::int64_t position)
    {
        const auto event = store.read_log(log(), {position - 1}, {.events_max = 1}).at(0);
        store.events_read -= 1;
        tests::write_record(settings, kafka::topic_of(settings, "sample"), 0,
                            kafka::to_record(event, {"annals/sample", "1-1"}));
    }

    /// Follows the log until it has come this far; false when that takes too long or there is a hole.
    auto reaches(std::int64_t position, std::chrono::milliseconds patience)
    {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (seen.number < position && std::chrono::steady_clock::now() < until) {
            const auto rings = feed->bell().rings();
            const auto events = feed->next(std::vector<log_cursor>{{log(), seen}}, {});
            for (const auto& event : events)
                if (event.position.number != ++seen.number) return false;
            if (events.empty()) feed->bell().wait(rings, 20ms);
        }
        return seen.number == position;
    }

    /// Comes this far, lets the consumer find the topic's end, and makes the feed sure for a second that the log holds
    /// nothing new: what comes next comes through the topic.
    auto rests_at(std::int64_t position)
    {
        if (!reaches(position, 5s)) return false;
        std::this_thread::sleep_for(1s);
        return feed->next(std::vector<log_cursor>{{log(), seen}}, {}).empty();
    }
};

}  // namespace

TEST_CASE("the Kafka feed keeps the contract of feeds")
{
    static const auto store = std::make_shared<memory::memory_store>(2);
    static const auto settings = tests::broker_settings();
    static tests::lone_ledger ledger(*store);
    std::jthread publishing(
        [&](std::stop_token stop) { kafka::publisher(*store, ledger, settings).run(std::move(stop)); });
    contract::check_feed(
        [&] { return contract::feed_under_test{store, std::make_shared<kafka_feed>(*store, settings, "test")}; });
}

TEST_CASE("who is near the end reads the topic, not the log")
{
    fed_samples samples;
    samples.publish();
    samples.append(10);
    CHECK(samples.reaches(10, 5s));
    samples.append(10);
    CHECK(samples.rests_at(20));
    const auto before = samples.store.events_read.load();
    for (int i = 0; i < 100; ++i) {
        samples.append(1);
        CHECK(samples.reaches(21 + i, 5s));
    }
    // The publisher reads 100. A feed that reads the log would read 100 more; on a busy machine it may some.
    CHECK(samples.store.events_read - before < 150);
}

TEST_CASE("repeated records are given out once")
{
    fed_samples samples;
    samples.append(6);
    CHECK(samples.rests_at(6));
    samples.append(3);
    for (const int position : {5, 6, 7, 6, 7, 8, 5, 6, 7, 8, 9}) samples.write(position);
    CHECK(samples.reaches(9, 500ms));
}

TEST_CASE("a hole in the topic is filled from the log")
{
    fed_samples samples;
    samples.append(4);
    CHECK(samples.rests_at(4));
    samples.append(6);
    for (const int position : {5, 6, 9, 10}) samples.write(position);
    CHECK(samples.reaches(10, 3s));
}

TEST_CASE("what never comes through the topic is read from the log after a second")
{
    fed_samples samples;
    samples.append(4);
    CHECK(samples.rests_at(4));
    samples.append(1);
    CHECK_FALSE(samples.reaches(5, 500ms));
    CHECK(samples.reaches(5, 3s));
}

TEST_CASE("without a broker everything is read from the log")
{
    fed_samples samples;
    auto nowhere = samples.settings;
    nowhere.bootstrap_servers = "127.0.0.1:1";
    samples.feed = std::make_unique<kafka_feed>(samples.store, nowhere, "test");
    samples.append(2000);
    CHECK(samples.reaches(2000, 5s));
    samples.append(5);
    CHECK(samples.reaches(2005, 3s));
}

TEST_CASE("a topic that is deleted and filled again is followed again")
{
    fed_samples samples;
    samples.publish();
    samples.append(20);
    CHECK(samples.reaches(20, 5s));
    tests::delete_topic(samples.settings, kafka::topic_of(samples.settings, "sample"));
    samples.append(20);
    CHECK(samples.reaches(40, 5s));
    CHECK(tests::difference_after(10s, samples.store, samples.settings, "sample") == "");
    samples.append(1);
    CHECK(samples.reaches(41, 5s));
    std::this_thread::sleep_for(3s);
    samples.append(1);
    const auto before = samples.store.events_read.load();
    CHECK(samples.reaches(42, 900ms));
    CHECK(samples.store.events_read - before <= 1);
}
