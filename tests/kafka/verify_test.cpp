// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/kafka/verify.hpp>
#include <tests/kafka/published.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::eventstore;

namespace {

/// A log of one partition, and a topic that the test writes record by record.
struct written_topic {
    memory::memory_store store{1};
    kafka::settings settings = tests::broker_settings();
    log_id log{"sample", 0};

    written_topic()
    {
        tests::append_events(store, "sample", 5);
        kafka::ensure_topics(settings, store.categories());
    }
    ~written_topic() { tests::delete_topic(settings, kafka::topic_of(settings, "sample")); }

    auto event(std::int64_t position) { return store.read_log(log, {position - 1}, {.events_max = 1}).at(0); }
    auto record(std::int64_t position) { return kafka::to_record(event(position), {"annals/sample", "1"}); }
    void write(const kafka::record& record)
    {
        tests::write_record(settings, kafka::topic_of(settings, "sample"), 0, record);
    }
    void write(std::initializer_list<std::int64_t> positions)
    {
        for (const auto position : positions) write(record(position));
    }
    auto verify(std::optional<log_position> upto = {})
    {
        return kafka::verify(store, settings, {"sample", 1}, {.upto = upto});
    }
};

}  // namespace

TEST_CASE("a topic equal to its log is found equal, repeated records included")
{
    written_topic topic;
    topic.write({1, 2, 3, 2, 3, 4, 5});
    const auto found = topic.verify();
    CHECK(!found.first);
    CHECK(found.events == 5);
    CHECK(found.repeated == 2);
}

TEST_CASE("an event that was not published yet is missing, but not up to a position before it")
{
    written_topic topic;
    topic.write({1, 2, 3});
    CHECK(!topic.verify(log_position{3}).first);
    const auto found = topic.verify().first;
    REQUIRE(found);
    CHECK(found->what == "the event is not in the topic");
    CHECK(found->offset == 3);
    CHECK(found->position == log_position{4});
    CHECK(found->event_id == topic.event(4).id);
}

TEST_CASE("an event that was left out is named")
{
    written_topic topic;
    topic.write({1, 2, 4, 3, 5});
    const auto found = topic.verify().first;
    REQUIRE(found);
    CHECK(found->what == "the event is not in the topic before the next one");
    CHECK(found->offset == 2);
    CHECK(found->event_id == topic.event(3).id);
}

TEST_CASE("a record that is no event is named")
{
    written_topic topic;
    topic.write({1, 2, 3, 4, 5});
    topic.write({"S-1", "{}", {}});
    const auto found = topic.verify().first;
    REQUIRE(found);
    CHECK(found->what.starts_with("the record is not an event of annals"));
    CHECK(found->offset == 5);
    CHECK(!found->event_id);
}

TEST_CASE("an event of another store is named, also beyond the end of the log")
{
    written_topic topic;
    memory::memory_store other{1};
    tests::append_events(other, "sample", 6);
    const auto foreign = [&](std::int64_t position) {
        return kafka::to_record(other.read_log({"sample", 0}, {position - 1}).at(0), {"annals/sample", "1"});
    };
    topic.write({1, 2, 3, 4, 5});
    topic.write(foreign(6));
    const auto beyond = topic.verify().first;
    REQUIRE(beyond);
    CHECK(beyond->what == "the log has no event at this position");
    CHECK(beyond->position == log_position{6});

    written_topic replaced;
    replaced.write(foreign(1));
    const auto found = replaced.verify().first;
    REQUIRE(found);
    CHECK(found->what == "the log has event " + to_string(replaced.event(1).id) + " at this position");
}

TEST_CASE("changed bytes are found in the value and in the headers")
{
    for (const bool is_value : {true, false}) {
        written_topic topic;
        auto record = topic.record(2);
        if (is_value) record.value += " ";
        else record.headers.back().value += " ";
        topic.write({1});
        topic.write(record);
        topic.write({3, 4, 5});
        const auto found = topic.verify().first;
        REQUIRE(found);
        CHECK(found->what.starts_with(is_value ? "the value is not the payload" : "the header ce_metadata is "));
        CHECK(found->offset == 1);
        CHECK(found->position == log_position{2});
        CHECK(found->event_id == topic.event(2).id);
    }
}

TEST_CASE("without a topic there is nothing to compare")
{
    memory::memory_store store{1};
    tests::append_events(store, "sample", 1);
    CHECK_THROWS_AS(kafka::verify(store, tests::broker_settings(), {"sample", 1}), unavailable);
}
