// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/given.hpp>
#include <annals/commands/handle_all.hpp>
#include <annals/commands/load.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/eventstore/memory/memory_snapshots.hpp>
#include <tests/commands/bikes.hpp>
#include <tests/commands/record.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;
using commands::given, commands::handle, commands::recorded;

namespace {

const auto noon = eventstore::parse_timestamp("2026-01-31T12:00:00Z");

struct told {
    std::string what;
};
ANNALS_EVENT(told, "log.told", what)

struct tell {};
ANNALS_FIELDS(tell)

/// Records what a decision may know, and remembers what it saw of each event.
struct diary {
    static constexpr auto category = "diary";
    static constexpr int state_version = 1;
    using event = std::variant<told>;
    using decision = commands::decision<event>;

    auto decide(const tell&, const commands::context& at) const -> decision
    {
        return told{at.metadata.user_id + " " + at.idempotency_key.value_or("no key") + " "
                    + (at.now >= last ? "later" : "earlier")};
    }
    void evolve(const told&, const eventstore::recorded_event& at)
    {
        last = at.recorded_at;
        positions.push_back(at.position.number);
    }

    eventstore::timestamp last{};
    std::vector<std::int64_t> positions;
};
ANNALS_FIELDS(diary, last, positions)

auto as_in_the_log(eventstore::store& store, const diary& state) -> bool
{
    diary expected;
    for (const auto& event : store.read({"diary", "D-1"})) expected.evolve(told{}, event);
    return state.last == expected.last && state.positions == expected.positions;
}

}  // namespace

TEST_CASE("a decision may know the time, the metadata and the idempotency key")
{
    hooked_store store;
    REQUIRE(handle<diary>(store, "D-1", tell{}, {.user_id = "ada"}, {.idempotency_key = "page 1"}));
    REQUIRE(handle<diary>(store, "D-1", tell{}));
    CHECK(store.read({"diary", "D-1"}).at(0).data == R"({"what":"ada page 1 later"})");
    CHECK(store.read({"diary", "D-1"}).at(1).data == R"({"what":" no key later"})");
}

TEST_CASE("a state that depends on when events were recorded is the log's, also from a cache or a snapshot")
{
    hooked_store store;
    eventstore::memory::memory_snapshots kept;
    commands::aggregate_cache cache{store};
    commands::snapshot_writer snapshots{kept, {.events = 1}};
    const commands::handle_options remembered{.cache = &cache, .snapshots = &snapshots};
    const auto& type = commands::aggregate_type_of<diary>();
    for (int i = 0; i < 5; ++i) {
        REQUIRE(handle<diary>(store, "D-1", tell{}, {}, remembered));
        snapshots.finish();
        if (const auto cached = cache.find(type, "D-1"))
            CHECK(cached->value->to_json()
                  == commands::state_at(store, {"diary", "D-1"}, type, cached->version).value->to_json());
    }
    CHECK(store.appends == 5);               // none was decided on an old version
    CHECK(cache.count().states == 1);
    REQUIRE(handle<diary>(store, "D-2", tell{}));
    const auto snapshot = kept.find({"diary", "D-1"}, type.state_schema);
    REQUIRE(snapshot);
    const auto then = commands::load<diary>(store, "D-1", snapshot->version).state;
    CHECK(snapshot->state == eventstore::to_text(facts::encode(then), "it"));
    CHECK(as_in_the_log(store, commands::load<diary>(store, "D-1").state));
}

TEST_CASE("an aggregate may see when its events happened")
{
    hooked_store store;
    record(store, {"bike", "B-1"}, bike_registered{"F-1"});
    REQUIRE(handle<bike>(store, "B-1", rent_bike{"C-1"}, {.occurred_at = eventstore::now() - 90min}));
    REQUIRE(handle<bike>(store, "B-1", return_bike{}));
    CHECK(store.read({"bike", "B-1"}).back().data == R"({"minutes":90})");
}

TEST_CASE("a test says when the past was, and what time it is")
{
    given<bike>(bike_registered{"F-1"}, recorded(noon, bike_rented{"C-1"}))
        .when(return_bike{}, {.now = noon + 20min})
        .then(bike_returned{20});
    const eventstore::new_event rented{.type = "bike.rented", .data = R"({"customer":"C-1"})"};
    given<bike>(recorded(noon, rented)).when(return_bike{}, {.now = noon + 1h}).then(bike_returned{60});
    given<diary>().when(tell{}, {.metadata = {.user_id = "ada"}, .idempotency_key = "k"}).then(told{"ada k later"});
}

TEST_CASE("in a test that names no times, a fact comes a second after the other, and then the command")
{
    given<diary>(told{}, told{}).when(tell{}).then(told{" no key later"});
    given<bike>(recorded(noon, bike_registered{"F-1"}), bike_rented{"C-1"})
        .when(return_bike{}, {.now = noon + 60s})
        .then(bike_returned{0});
    given<bike>(recorded(noon, bike_registered{"F-1"}), bike_rented{"C-1"})
        .when(return_bike{}, {.now = noon + 61s})
        .then(bike_returned{1});
}
