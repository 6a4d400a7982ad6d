// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/metadata_codec.hpp>
#include <annals/kafka/cloud_event.hpp>
#include <tests/eventstore/payload_corpus.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace annals::eventstore;
using namespace annals::kafka;

namespace {

auto header_of(const record& record, const std::string& name) -> std::string
{
    const auto found = std::ranges::find(record.headers, name, &header::name);
    return found == record.headers.end() ? "(missing)" : found->value;
}

auto validated() -> recorded_event
{
    recorded_event event;
    event.id = parse_uuid("018d3f2a-0000-7000-8000-000000000001");
    event.stream = {"sample", "S-1"};
    event.version = {2};
    event.position = {1234};
    event.partition = 3;
    event.type = "sample.validated";
    event.schema_version = 2;
    event.data = R"({ "volume_ml": 4.50 })";
    event.metadata =
        R"({"correlation_id":"c","causation_id":"b","user_id":"ada","traceparent":"00-1-2-01","tracestate":"v=1"})";
    event.recorded_at = parse_timestamp("2024-01-31T08:15:00Z");
    return event;
}

const origin from_here{"annals/sample", "7300000000000000001-1"};

auto is_same(const recorded_event& a, const recorded_event& b) -> bool
{
    return a.id == b.id && a.stream == b.stream && a.version == b.version && a.position == b.position
           && a.partition == b.partition && a.type == b.type && a.schema_version == b.schema_version && a.data == b.data
           && a.metadata == b.metadata && a.occurred_at == b.occurred_at && a.recorded_at == b.recorded_at;
}

auto fault_of(const record& record) -> std::string
{
    const auto read = from_record(record, 0);
    return read ? "(none)" : read.error();
}

auto any_text() -> std::string { return *rc::gen::nonEmpty(rc::gen::string<std::string>()); }

auto any_event() -> recorded_event
{
    static constexpr std::int64_t number_max = std::numeric_limits<std::int64_t>::max();
    recorded_event event;
    std::ranges::generate(event.id.data, [] { return *rc::gen::arbitrary<std::uint8_t>(); });
    // What limits.hpp allows as a name: no control characters.
    const auto printable = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange(' ', '~')));
    event.stream = {"sample", printable + "-ß"};
    event.version = {*rc::gen::inRange<std::int64_t>(1, number_max)};
    event.position = {*rc::gen::inRange<std::int64_t>(1, number_max)};
    event.partition = *rc::gen::inRange(0, 1024);
    event.type = any_text();
    event.schema_version = *rc::gen::inRange(1, 32767);
    event.data = any_text();
    event.metadata = *rc::gen::element<std::string>(
        "{}", "{ }", R"({"user_id" : "ada"})", R"({"tracestate":"","correlation_id":"c"})", R"({"correlation_id":7})");
    // From the years 1906 to 2033.
    event.recorded_at = timestamp{
        std::chrono::microseconds{*rc::gen::inRange<std::int64_t>(-2'000'000'000, 2'000'000'000) * 1'000'003}};
    switch (*rc::gen::inRange(0, 3)) {
        case 0: break;
        case 1: event.occurred_at = event.recorded_at; break;
        case 2: event.occurred_at = event.recorded_at - std::chrono::microseconds{1}; break;
    }
    return event;
}

}  // namespace

TEST_CASE("an event comes back from its record as it was")
{
    CHECK(rc::check([] {
        const auto event = any_event();
        const auto read = from_record(to_record(event, from_here), event.partition);
        RC_ASSERT(read.has_value());
        RC_ASSERT(is_same(read->event, event));
        RC_ASSERT((read->from == from_here));
    }));
}

TEST_CASE("everything that may be stored comes back from its record, as a payload and as metadata")
{
    auto event = validated();
    for (const auto& [what, text, accepted] : annals::tests::payload_corpus()) {
        if (!accepted) continue;
        event.data = event.metadata = text;
        const auto read = from_record(to_record(event, from_here), event.partition);
        REQUIRE_MESSAGE(read.has_value(), what);
        CHECK_MESSAGE(is_same(read->event, event), what);
    }
}

TEST_CASE("a record is a CloudEvent in binary mode")
{
    const auto record = to_record(validated(), from_here);
    CHECK(record.key == "S-1");
    CHECK(record.value == R"({ "volume_ml": 4.50 })");
    CHECK(header_of(record, "content-type") == "application/json");
    CHECK(header_of(record, "ce_specversion") == "1.0");
    CHECK(header_of(record, "ce_id") == "018d3f2a-0000-7000-8000-000000000001");
    CHECK(header_of(record, "ce_source") == "annals/sample");
    CHECK(header_of(record, "ce_subject") == "sample-S-1");
    CHECK(header_of(record, "ce_type") == "sample.validated");
    CHECK(header_of(record, "ce_time") == "2024-01-31T08:15:00.000000Z");
    CHECK(header_of(record, "ce_recordedtime") == "2024-01-31T08:15:00.000000Z");
    CHECK(header_of(record, "ce_sequence") == "00000000000000001234");
    CHECK(header_of(record, "ce_streamversion") == "2");
    CHECK(header_of(record, "ce_schemaversion") == "2");
    CHECK(header_of(record, "ce_epoch") == "7300000000000000001-1");
}

TEST_CASE("metadata is there in parts for tools, and whole as it was stored")
{
    const auto record = to_record(validated(), from_here);
    CHECK(header_of(record, "ce_correlationid") == "c");
    CHECK(header_of(record, "ce_causationid") == "b");
    CHECK(header_of(record, "traceparent") == "00-1-2-01");
    CHECK(header_of(record, "tracestate") == "v=1");
    CHECK(header_of(record, "ce_metadata") == validated().metadata);
}

TEST_CASE("stored metadata that no reader accepts any more is published whole, and no part of it")
{
    auto event = validated();
    event.metadata = R"({"correlation_id": "c", "dose": 1e400})";
    const auto record = to_record(event, from_here);
    CHECK(header_of(record, "ce_metadata") == event.metadata);
    CHECK(header_of(record, "ce_correlationid") == "(missing)");
}

TEST_CASE("empty metadata takes no header")
{
    auto event = validated();
    event.metadata = "{}";
    const auto record = to_record(event, from_here);
    CHECK(header_of(record, "ce_metadata") == "(missing)");
    CHECK(header_of(record, "traceparent") == "(missing)");
}

TEST_CASE("a time of occurrence is the event's time")
{
    auto event = validated();
    event.occurred_at = parse_timestamp("2024-01-30T23:00:00.5Z");
    CHECK(header_of(to_record(event, from_here), "ce_time") == "2024-01-30T23:00:00.500000Z");
}

TEST_CASE("a record that is not an event of annals says what is wrong with it")
{
    CHECK(fault_of({"S-1", "hello", {}}) == "there is no header ce_specversion");

    auto other_key = to_record(validated(), from_here);
    other_key.key = "S-2";
    CHECK(fault_of(other_key) == "its key is \"S-2\" but ce_subject names sample-S-1");

    auto no_number = to_record(validated(), from_here);
    std::ranges::find(no_number.headers, "ce_sequence", &header::name)->value = "12x";
    CHECK(fault_of(no_number) == "header ce_sequence is not a number above 0 but \"12x\"");
}
