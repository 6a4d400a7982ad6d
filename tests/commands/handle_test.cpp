// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/handle.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/eventstore/metadata_codec.hpp>
#include <tests/commands/laboratory.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <thread>
#include <utility>

using namespace annals;
using namespace annals::tests;
using commands::handle;
using eventstore::expected_version, eventstore::stream_id, facts::to_new_event;
using eventstore::memory::memory_store;

namespace {

const stream_id s1{"sample", "S-1"};

void add(eventstore::store& store, const stream_id& stream, eventstore::new_event event)
{
    REQUIRE(store.append({.streams = {{stream, expected_version::any(), {std::move(event)}}}}));
}

}  // namespace

TEST_CASE("a decision is recorded, and the answer says where")
{
    memory_store store;
    const auto created = handle<sample>(store, "S-1", create_sample{.barcode = "B-7", .sample_type = "blood"});
    const auto validated = handle<sample>(store, "S-1", validate_sample{"ada", 4});

    REQUIRE(created);
    REQUIRE(validated);
    const auto events = store.read(s1);
    REQUIRE(events.size() == 2);
    CHECK(events[0].type == "sample.created");
    CHECK(events[0].data == R"({"barcode":"B-7","sample_type":"blood","patient_id":"","priority":"normal"})");
    CHECK(events[1].type == "sample.validated");
    CHECK(events[1].schema_version == 2);
    CHECK(validated->version.number == 2);
    CHECK(validated->events == std::vector{events[1].id});
    CHECK(validated->token.positions().at(events[1].log()) == events[1].position);
    CHECK(created->token.positions().size() == 2);
}

TEST_CASE("a refusal is a value, and nothing is recorded")
{
    memory_store store;
    const auto answer = handle<sample>(store, "S-1", validate_sample{"ada"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().reason == "only an expected sample can be validated");
    CHECK(answer.error().code == "refused");
    CHECK(store.read(s1).empty());
}

TEST_CASE("when there is nothing to do, the answer is the version and the token that were read")
{
    memory_store store;
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}));
    const auto first = handle<sample>(store, "S-1", validate_sample{"ada"});
    const auto again = handle<sample>(store, "S-1", validate_sample{"ada"});
    REQUIRE(again);
    CHECK(again->version.number == 2);
    CHECK(again->events.empty());
    CHECK(again->token == first->token);
}

TEST_CASE("a claimed key can be taken once, and the refusal is the claim's")
{
    memory_store store;
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}));
    const auto second = handle<sample>(store, "S-2", create_sample{.barcode = "B-7"});
    REQUIRE_FALSE(second);
    CHECK(second.error() == commands::refuse("this barcode is already in use", "barcode"));
    CHECK(store.read({"sample", "S-2"}).empty());
    CHECK(store.read({"barcode", "B-7"}).size() == 1);
}

namespace {

struct reserve_barcode {
    std::string barcode;
};
ANNALS_FIELDS(reserve_barcode, barcode)

/// Claims a barcode before there is a sample.
struct desk {
    static constexpr auto category = "desk";
    using event = std::variant<sample_archived>;
    using decision = commands::decision<event>;
    auto decide(const reserve_barcode& command) const -> decision
    {
        if (closed) return commands::refuse("the desk is closed");
        return decision{}.claiming<barcode>(command.barcode, barcode_taken{}, commands::refuse("taken"));
    }
    void evolve(const sample_archived&) { closed = true; }
    bool closed = false;
};

}  // namespace

TEST_CASE("a claim without a fact of its own stream is recorded, and the answer names it")
{
    hooked_store store;
    const auto first = handle<desk>(store, "D-1", reserve_barcode{"B-7"}, {.user_id = "ada"});
    REQUIRE(first);
    CHECK(first->version.number == 0);
    CHECK(first->events.empty());
    const auto claimed = store.read({"barcode", "B-7"});
    REQUIRE(claimed.size() == 1);
    CHECK(first->token.positions().at(claimed[0].log()) == claimed[0].position);
    CHECK(eventstore::decode_metadata(claimed[0].metadata).user_id == "ada");
    CHECK(eventstore::decode_metadata(claimed[0].metadata).correlation_id == eventstore::to_string(claimed[0].id));
    CHECK(handle<desk>(store, "D-2", reserve_barcode{"B-7"}).error().reason == "taken");

    const commands::handle_options once{.idempotency_key = "visit 12"};
    const auto keyed = handle<desk>(store, "D-3", reserve_barcode{"B-9"}, {}, once);
    const auto again = handle<desk>(store, "D-3", reserve_barcode{"B-9"}, {}, once);
    REQUIRE(again);
    CHECK(again->token == keyed->token);
    CHECK(again->version == keyed->version);
    CHECK_FALSE(keyed->duplicate);
    CHECK(again->duplicate);

    store.before_append = only_once([&] { add(store.behind(), {"desk", "D-1"}, to_new_event(sample_archived{})); });
    CHECK(handle<desk>(store, "D-1", reserve_barcode{"B-8"}).error().reason == "the desk is closed");
    CHECK(store.read({"barcode", "B-8"}).empty());
}

TEST_CASE("when another writer was faster, the command decides again on the new state")
{
    hooked_store store;
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}));
    SUBCASE("and still holds")
    {
        store.before_append = only_once([&] { add(store.behind(), s1, {.type = "sample.noted"}); });
        const auto answer = handle<sample>(store, "S-1", validate_sample{"ada"});
        REQUIRE(answer);
        CHECK(answer->version.number == 3);
    }
    SUBCASE("and is refused")
    {
        store.before_append = only_once([&] { add(store.behind(), s1, to_new_event(sample_archived{})); });
        CHECK(handle<sample>(store, "S-1", validate_sample{"ada"}).error().reason
              == "only an expected sample can be validated");
        CHECK(store.read(s1).size() == 2);
    }
    SUBCASE("and its own stream counts before a claim")
    {
        store.before_append = only_once([&] {
            add(store.behind(), {"sample", "S-2"}, to_new_event(sample_created{}));
            add(store.behind(), {"barcode", "B-8"}, to_new_event(barcode_taken{}));
        });
        CHECK(handle<sample>(store, "S-2", create_sample{.barcode = "B-8"}).error().code == "exists");
    }
}

TEST_CASE("after the last attempt the command is refused as contended")
{
    hooked_store store;
    store.before_append = [&](const auto&) { add(store.behind(), s1, to_new_event(sample_created{})); };
    const auto answer = handle<sample>(store, "S-1", finish_sample{"ada"}, {}, {.attempts_max = 3});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == commands::codes::contended);
    CHECK(answer.error().reason == "others changed sample-S-1 at each of 3 attempts: try again");
    CHECK(store.read(s1).size() == 3);
}

TEST_CASE("a command that keeps meeting others waits before it retries, longer each time")
{
    hooked_store store;
    store.before_append = [&](const auto&) { add(store.behind(), s1, to_new_event(sample_created{})); };
    const auto begun = std::chrono::steady_clock::now();
    CHECK_FALSE(handle<sample>(store, "S-1", finish_sample{"ada"}, {}, {.attempts_max = 24}));
    CHECK(std::chrono::steady_clock::now() - begun > std::chrono::milliseconds(100));
}

TEST_CASE("a command's origin is stored with its events, also with those of claims")
{
    memory_store store;
    const auto at = eventstore::parse_timestamp("2020-02-29T12:00:00Z");
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}, {.user_id = "ada", .occurred_at = at}));
    const auto event = store.read(s1).at(0);
    const auto origin = eventstore::decode_metadata(event.metadata);
    CHECK(origin.user_id == "ada");
    CHECK(origin.correlation_id == eventstore::to_string(event.id));
    CHECK(event.occurred_at == at);
    CHECK(store.read({"barcode", "B-7"}).at(0).metadata == event.metadata);

    REQUIRE(handle<sample>(store, "S-1", validate_sample{"ada"}, {.correlation_id = "visit 12"}));
    CHECK(eventstore::decode_metadata(store.read(s1).at(1).metadata).correlation_id == "visit 12");
}

TEST_CASE("a command under an idempotency key is carried out once, and gets the same answer")
{
    memory_store store;
    const commands::handle_options once{.idempotency_key = "order 12"};
    const auto first = handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}, {}, once);
    REQUIRE(handle<sample>(store, "S-1", validate_sample{"ada"}));
    const auto again = handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}, {}, once);

    REQUIRE(first);
    REQUIRE(again);
    CHECK(again->version == first->version);
    CHECK(again->events == first->events);
    CHECK(again->token == first->token);
    CHECK(again->duplicate);
    CHECK_FALSE(first->duplicate);
    CHECK(store.read(s1).size() == 2);
}

TEST_CASE("a command under an idempotency key is the same with other metadata")
{
    memory_store store;
    const commands::handle_options once{.idempotency_key = "order 12"};
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}, {.traceparent = "one"}, once));
    const auto again = handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}, {.traceparent = "other"}, once);
    REQUIRE(again);
    CHECK(again->duplicate);
}

TEST_CASE("an idempotency key that was used for another command is refused, naming the first use")
{
    memory_store store;
    const commands::handle_options once{.idempotency_key = "order 12"};
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}));
    REQUIRE(handle<sample>(store, "S-1", validate_sample{"ada", 4}, {}, once));
    std::expected<commands::accepted, commands::refusal> other;
    SUBCASE("another field") { other = handle<sample>(store, "S-1", validate_sample{"bob", 4}, {}, once); }
    SUBCASE("another command") { other = handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}, {}, once); }
    SUBCASE("another stream") { other = handle<sample>(store, "S-2", validate_sample{"ada", 4}, {}, once); }
    SUBCASE("a stream that the first command only claimed from")
    {
        other = handle<sample>(store, "B-7", create_sample{.barcode = "B-7"}, {}, once);
    }
    REQUIRE_FALSE(other);
    CHECK(other.error().code == commands::codes::key_reused);
    CHECK(other.error().reason
          == "the idempotency key \"order 12\" was used for another request already: sample-S-1 version 2; a new "
             "request needs a new key");
    CHECK(store.read(s1).size() == 2);
    CHECK(store.read({"sample", "S-2"}).empty());
}

TEST_CASE("an idempotency key that an append used is refused for a command")
{
    memory_store store;
    REQUIRE(store.append(
        {.streams = {{s1, expected_version::any(), {to_new_event(sample_created{})}}}, .idempotency_key = "order 12"}));
    const auto answer = handle<sample>(store, "S-1", validate_sample{"ada"}, {}, {.idempotency_key = "order 12"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == commands::codes::key_reused);
}

TEST_CASE("a command that was refused, or had nothing to do, leaves its idempotency key unused")
{
    memory_store store;
    const commands::handle_options once{.idempotency_key = "order 12"};
    CHECK_FALSE(handle<sample>(store, "S-1", validate_sample{"ada"}, {}, once));
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}));
    const auto later = handle<sample>(store, "S-1", validate_sample{"ada"}, {}, once);
    REQUIRE(later);
    CHECK_FALSE(later->duplicate);

    const commands::handle_options other{.idempotency_key = "order 13"};
    const auto nothing = handle<sample>(store, "S-1", validate_sample{"bob"}, {}, other);
    REQUIRE(nothing);
    CHECK(nothing->events.empty());
    CHECK_FALSE(nothing->duplicate);
    CHECK_FALSE(store.find_appended("sample", "order 13"));
}

TEST_CASE("a command whose fields cannot be compared has no idempotency key")
{
    memory_store store;
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}));
    CHECK_THROWS_WITH_AS(
        (void)handle<sample>(store, "S-1", finish_sample{"ada"}, {}, {.idempotency_key = "order 12"}),
        "the command finish_sample cannot be compared with others, so it cannot have an idempotency key: write "
        "ANNALS_FIELDS below its struct",
        eventstore::invalid_request);
    CHECK(handle<sample>(store, "S-1", finish_sample{"ada"}));
}

TEST_CASE("a store that resent a command's events after a lost connection has not carried it out twice")
{
    hooked_store store;
    store.before_append = [&](eventstore::append_request& request) {
        store.behind().append(request, [](const auto&) {});
        request.resend = true;
    };
    std::optional<std::string> key;
    SUBCASE("without a key") {}
    SUBCASE("with one") { key = "order 12"; }
    const auto answer =
        handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}, {.traceparent = "one"}, {.idempotency_key = key});
    REQUIRE(answer);
    CHECK_FALSE(answer->duplicate);
    CHECK(answer->events.size() == 1);
    CHECK(answer->events[0] == store.read(s1).at(0).id);
}

TEST_CASE("two that send the same command under one key at the same moment get one answer")
{
    hooked_store store;
    const commands::handle_options once{.idempotency_key = "order 12"};
    std::optional<commands::accepted> other;
    store.before_append = only_once(
        [&] { other = handle<sample>(store.behind(), "S-1", create_sample{.barcode = "B-7"}, {}, once).value(); });
    const auto mine = handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}, {}, once);
    REQUIRE(mine);
    REQUIRE(other);
    CHECK(mine->events == other->events);
    CHECK(mine->duplicate);
    CHECK_FALSE(other->duplicate);
    CHECK(store.read(s1).size() == 1);
}

TEST_CASE("a long stream is replayed completely")
{
    memory_store store;
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}));
    for (int i = 0; i < 2500; ++i) add(store, s1, {.type = "sample.noted"});
    add(store, s1, to_new_event(sample_rejected{"broken"}));
    CHECK_FALSE(handle<sample>(store, "S-1", validate_sample{"ada"}));
}

TEST_CASE("an event of an older schema version is replayed as today's; one that does not fit is an error")
{
    memory_store store;
    add(store, s1, {.type = "sample.validated", .schema_version = 1, .data = R"({"by":"ada","volume_ul":4000})"});
    CHECK(handle<sample>(store, "S-1", validate_sample{"ada"}));
    add(store, s1, {.type = "sample.rejected", .data = R"({"reason":7})"});
    CHECK_THROWS_WITH_AS((void)handle<sample>(store, "S-1", validate_sample{"ada"}),
                         "sample-S-1 version 2: sample.rejected.reason: a text was expected, not 7",
                         eventstore::mismatch);
}

TEST_CASE("many threads on one aggregate all succeed")
{
    memory_store store;
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}));
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&store] {
                for (int i = 0; i < 25; ++i)
                    (void)handle<sample>(store, "S-1", finish_sample{"ada"}, {}, {.attempts_max = 1000});
            });
    }
    CHECK(store.read(s1).size() == 3);
}

TEST_CASE("events that are larger than a page are replayed completely")
{
    memory_store store;
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}));
    const std::string large(1'000'000, 'x');
    for (int i = 0; i < 12; ++i) add(store, s1, {.type = "sample.noted", .data = R"({"note":")" + large + "\"}"});
    add(store, s1, to_new_event(sample_rejected{"broken"}));
    CHECK(handle<sample>(store, "S-1", validate_sample{"ada"}, {}, {.attempts_max = 1}).error().reason
          == "only an expected sample can be validated");
}
