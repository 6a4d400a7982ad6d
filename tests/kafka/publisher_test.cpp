// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/kafka/publisher.hpp>
#include <annals/kafka/topic.hpp>
#include <tests/kafka/lone_ledger.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/kept_lines.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <thread>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace {

/// A log of three partitions, its topic, and a publisher that can be started and stopped.
struct published_samples {
    memory::memory_store store{3};
    kafka::settings settings = tests::broker_settings();
    tests::lone_ledger ledger{store};
    std::optional<std::jthread> running;

    auto topic() const { return kafka::topic_of(settings, "sample"); }
    void append(int count) { tests::append_events(store, "sample", count); }
    void start()
    {
        running.emplace(
            [this](std::stop_token stop) { kafka::publisher(store, ledger, settings).run(std::move(stop)); });
    }
    void stop() { running.reset(); }
    auto difference(std::chrono::seconds patience = 20s)
    {
        return tests::difference_after(patience, store, settings, "sample");
    }
    auto count_records()
    {
        std::size_t count = 0;
        for (int partition = 0; partition < 3; ++partition)
            count += tests::published_positions(settings, {"sample", partition}).size();
        return count;
    }
    ~published_samples()
    {
        stop();
        tests::delete_topic(settings, topic());
    }
};

/// Creates a topic as an administration tool would; false while Kafka still deletes the former one.
auto make_again(const published_samples& samples) -> bool
{
    try {
        tests::create_topic(samples.settings, {.name = samples.topic(), .partitions = 3});
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

auto record_of(store& store, const log_id& log, std::int64_t position)
{
    return kafka::to_record(store.read_log(log, {position - 1}, {.events_max = 1}).at(0), {"annals/sample", "1"});
}

}  // namespace

TEST_CASE("appended events are in the topic, byte for byte and in order")
{
    published_samples samples;
    samples.append(500);
    samples.start();
    CHECK(samples.difference() == "");
    samples.append(500);
    CHECK(samples.difference() == "");
}

TEST_CASE("a category that is created later is published, too")
{
    published_samples samples;
    samples.start();
    REQUIRE(tests::waited_until(20s, [&] { return samples.ledger.is_asked(); }));
    samples.append(10);
    CHECK(samples.difference() == "");
}

TEST_CASE("a publisher that was stopped cleanly resumes without repeating anything")
{
    published_samples samples;
    samples.append(100);
    samples.start();
    CHECK(samples.difference() == "");
    samples.stop();
    samples.append(100);
    samples.start();
    CHECK(samples.difference() == "");
    CHECK(samples.count_records() == 200);
}

TEST_CASE("without a cursor the topic's tail says where to resume")
{
    published_samples samples;
    samples.append(100);
    samples.start();
    CHECK(samples.difference() == "");
    samples.stop();
    samples.ledger.forget();
    samples.append(100);
    samples.start();
    CHECK(samples.difference() == "");
    CHECK(samples.count_records() == 200);
}

TEST_CASE("a stopped publisher's late batch does not make the next one repeat or skip")
{
    published_samples samples;
    samples.append(100);
    samples.start();
    CHECK(samples.difference() == "");
    samples.stop();
    tests::write_record(samples.settings, samples.topic(), 0, record_of(samples.store, {"sample", 0}, 3));
    samples.append(100);
    samples.start();
    CHECK(samples.difference() == "");
    CHECK(samples.count_records() == 201);
}

TEST_CASE("a topic that is deleted during publishing is created and filled again")
{
    published_samples samples;
    samples.append(300);
    samples.start();
    CHECK(samples.difference() == "");
    tests::delete_topic(samples.settings, samples.topic());
    samples.append(300);
    CHECK(samples.difference() == "");
    CHECK(tests::partitions_of(samples.settings, samples.topic()) == 3);
}

TEST_CASE("a topic that is recreated with events in flight is filled from its first event")
{
    published_samples samples;
    samples.start();
    samples.append(300);
    CHECK(samples.difference() == "");
    for (int time = 1; time <= 4; ++time) {
        std::jthread appending([&](const std::stop_token& stop) {
            for (; !stop.stop_requested(); std::this_thread::sleep_for(2ms)) samples.append(10);
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(200 * time));    // another moment each time
        tests::delete_topic(samples.settings, samples.topic());
        tests::waited_until(5s, [&] { return make_again(samples); });
        std::this_thread::sleep_for(std::chrono::milliseconds(100 * time));
        appending.request_stop();
        appending.join();
        CHECK(samples.difference(60s) == "");            // a log that is halted for a while is tried again later
    }
}

TEST_CASE("records that another producer writes between a publisher's own hide nothing from it")
{
    published_samples samples;
    samples.start();
    samples.append(100);
    CHECK(samples.difference() == "");
    for (int time = 0; time < 3; ++time) {
        for (int partition = 0; partition < 3; ++partition)
            tests::write_record(samples.settings, samples.topic(), partition,
                                record_of(samples.store, {"sample", partition}, 7));
        samples.append(100);
        CHECK(samples.difference() == "");
    }
    CHECK(tests::waited_until(20s, [&] { return samples.ledger.saved_positions() == 400; }));
    CHECK(samples.ledger.halts().empty());
}

TEST_CASE("a publisher killed before it emptied such a topic leaves that to the next one")
{
    published_samples samples;
    samples.append(100);
    kafka::ensure_topics(samples.settings, samples.store.categories());
    tests::write_record(samples.settings, samples.topic(), 1, record_of(samples.store, {"sample", 1}, 5));
    const publication_cursor beginning{.log = {"sample", 1}, .incarnation = samples.ledger.incarnation()};
    samples.ledger.save({&beginning, 1});
    samples.start();
    CHECK(samples.difference() == "");
    CHECK(tests::published_positions(samples.settings, {"sample", 1}).front() == 1);
}

TEST_CASE("events that a topic lacks after the cursor are published, and those it has are followed")
{
    published_samples samples;
    samples.append(100);
    kafka::ensure_topics(samples.settings, samples.store.categories());
    const log_id log{"sample", 1};
    for (const auto position : {1, 2, 3, 6, 7})
        tests::write_record(samples.settings, samples.topic(), 1, record_of(samples.store, log, position));
    const auto third = samples.store.read_log(log, {2}, {.events_max = 1}).at(0);
    const publication_cursor cursor{log, {3}, 3, third.id, samples.ledger.incarnation()};
    samples.ledger.save({&cursor, 1});
    const auto last = samples.store.heads("sample").at(1).number;
    samples.start();
    REQUIRE(tests::waited_until(20s, [&] { return samples.ledger.saved_positions() == 100; }));
    std::vector<std::int64_t> wanted{1, 2, 3, 6, 7};
    for (std::int64_t position = 4; position <= last; ++position) wanted.push_back(position);
    CHECK(tests::published_positions(samples.settings, log) == wanted);
}

TEST_CASE("a topic that is deleted while nothing is appended is filled again, too")
{
    published_samples samples;
    samples.append(30);
    samples.start();
    CHECK(samples.difference() == "");
    REQUIRE(tests::waited_until(20s, [&] { return samples.ledger.saved_positions() == 30; }));
    tests::delete_topic(samples.settings, samples.topic());
    CHECK(samples.difference() == "");
}

TEST_CASE("a log that is not the one its topic was filled from is halted, and the others continue")
{
    const auto lines = std::make_shared<tests::kept_lines>();
    telemetry::send_log_to(lines);
    published_samples samples;
    samples.store.ensure_category({"sample", 3});
    kafka::ensure_topics(samples.settings, samples.store.categories());
    memory::memory_store before{3};
    tests::append_events(before, "sample", 100);
    tests::write_record(samples.settings, samples.topic(), 1, record_of(before, {"sample", 1}, 5));
    samples.append(100);
    const auto last_of_others = samples.store.heads("sample").at(0).number + samples.store.heads("sample").at(2).number;
    samples.start();
    CHECK(tests::waited_until(20s, [&] { return samples.ledger.saved_positions() == last_of_others; }));
    samples.stop();
    CHECK(tests::published_positions(samples.settings, {"sample", 1}) == std::vector<std::int64_t>{5});
    CHECK(lines->count("halted category=sample log=sample/1 problem=\"its topic holds event ") == 1);
    CHECK(lines->count("annals publish repair") == 1);
}

TEST_CASE("an unreachable broker is waited for, and that is logged once")
{
    const auto lines = std::make_shared<tests::kept_lines>();
    telemetry::send_log_to(lines);
    memory::memory_store store{1};
    tests::append_events(store, "sample", 1);
    tests::lone_ledger ledger(store);
    auto settings = tests::broker_settings();
    settings.bootstrap_servers = "127.0.0.1:1";
    {
        std::jthread running(
            [&](std::stop_token stop) { kafka::publisher(store, ledger, settings).run(std::move(stop)); });
        REQUIRE(tests::waited_until(20s, [&] { return lines->count("no Kafka broker answers at 127.0.0.1:1") > 0; }));
        tests::nothing_for(5s);                          // it tries again, and does not log that
    }
    CHECK(lines->count("no Kafka broker answers at 127.0.0.1:1") == 1);
}
