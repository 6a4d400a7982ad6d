// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/eventstore/metadata_codec.hpp>
#include <annals/facts/append.hpp>

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

using namespace annals;
using eventstore::any_version, eventstore::exactly, eventstore::no_stream;
using facts::append;

namespace {

struct sample_created {
    std::string barcode;
};
struct sample_archived {};
ANNALS_EVENT(sample_created, "sample.created", barcode)
ANNALS_EVENT(sample_archived, "sample.archived")

using sample_event = std::variant<sample_created, sample_archived>;

auto types_of(const std::vector<eventstore::recorded_event>& events) -> std::string
{
    std::string all;
    for (const auto& event : events) all += event.type + " " + event.data + "; ";
    return all;
}

}  // namespace

TEST_CASE("facts are appended to a stream that is as expected, in the order given")
{
    eventstore::memory::memory_store store;
    REQUIRE(append(store, {"sample", "S-1"}, no_stream(), sample_created{"B-7"}, sample_archived{}));
    const auto done = append(store, {"sample", "S-1"}, exactly(2), sample_created{"B-8"});
    REQUIRE(done);
    CHECK(done->streams.front().last_version.number == 3);
    CHECK(types_of(store.read({"sample", "S-1"}))
          == R"(sample.created {"barcode":"B-7"}; sample.archived {}; sample.created {"barcode":"B-8"}; )");
}

TEST_CASE("facts for a stream that is not as expected are rejected, and nothing is stored")
{
    eventstore::memory::memory_store store;
    REQUIRE(append(store, {"sample", "S-1"}, any_version(), sample_archived{}));
    const auto done = append(store, {"sample", "S-1"}, exactly(2), sample_archived{}, sample_archived{});
    REQUIRE_FALSE(done);
    CHECK(std::get<eventstore::conflict>(done.error()).failed.front().actual.number == 1);
    CHECK(store.read({"sample", "S-1"}).size() == 1);
}

TEST_CASE("all facts of one append have its metadata, and the first event's id as their correlation id")
{
    eventstore::memory::memory_store store;
    const auto noon = eventstore::parse_timestamp("2026-01-31T12:00:00Z");
    REQUIRE(append(store, {"sample", "S-1"}, no_stream(), {.user_id = "ada", .occurred_at = noon},
                   sample_created{"B-7"}, sample_archived{}));
    const auto events = store.read({"sample", "S-1"});
    REQUIRE(events.size() == 2);
    for (const auto& event : events) {
        const auto origin = eventstore::decode_metadata(event.metadata);
        CHECK(origin.user_id == "ada");
        CHECK(origin.correlation_id == eventstore::to_string(events.front().id));
        CHECK(event.occurred_at == noon);
    }
}

TEST_CASE("a list of facts, known at run time only, is appended as one")
{
    eventstore::memory::memory_store store;
    const std::vector<sample_event> both{sample_created{"B-7"}, sample_archived{}};
    REQUIRE(append(store, {"sample", "S-1"}, no_stream(), both, sample_event{sample_archived{}}));
    CHECK(types_of(store.read({"sample", "S-1"}))
          == R"(sample.created {"barcode":"B-7"}; sample.archived {}; sample.archived {}; )");
    CHECK_THROWS_WITH_AS((void)append(store, {"sample", "S-1"}, any_version(), std::vector<sample_event>{}),
                         "there is no fact to append to sample-S-1: the list is empty", eventstore::invalid_request);
}
