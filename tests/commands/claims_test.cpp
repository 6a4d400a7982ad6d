// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/handle_all.hpp>
#include <annals/eventstore/errors.hpp>
#include <tests/commands/bikes.hpp>
#include <tests/commands/concurrent_commands.hpp>
#include <tests/commands/record.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests;
using commands::handle, commands::on;
using eventstore::stream_id;

namespace {

const stream_id f1{"frame", "F-1"}, f2{"frame", "F-2"}, b1{"bike", "B-1"}, b2{"bike", "B-2"};

auto add_bike(eventstore::store& store, const std::string& key, const std::string& frame,
              const commands::handle_options& options = {})
{
    return handle<bike>(store, key, register_bike{key, frame}, {}, options);
}

auto types_in(eventstore::store& store, const stream_id& stream) -> std::vector<std::string>
{
    std::vector<std::string> types;
    for (const auto& event : store.read(stream)) types.push_back(event.type);
    return types;
}

/// Says that it is free when it is not.
struct leaky {
    static constexpr auto category = "leaky";
    using event = std::variant<frame_taken, frame_released>;
    void evolve(const frame_taken&) {}
    void evolve(const frame_released&) {}
    auto is_free() const -> bool { return true; }
};

struct stuck {
    static constexpr auto category = "stuck";
    using event = std::variant<frame_taken, frame_released>;
    void evolve(const frame_taken&) {}
    void evolve(const frame_released&) {}
    auto is_free() const -> bool { return false; }
};

struct frame_seller {
    static constexpr auto category = "frame";
    using event = std::variant<frame_taken, frame_released>;
    using decision = commands::decision<event>;
    auto decide(const retire_bike&) const -> decision { return {}; }
    void evolve(const frame_taken&) {}
    void evolve(const frame_released&) {}
};

template <class Claimed>
struct workshop {
    static constexpr auto category = "workshop";
    using event = std::variant<bike_repaired>;
    using decision = commands::decision<event>;
    auto decide(const take_bike& command) const -> decision
    {
        return decision{}.claiming<Claimed>(command.bike, frame_taken{}, commands::refuse("taken"));
    }
    auto decide(const retire_bike&) const -> decision { return decision{}.releasing<Claimed>("F-1", frame_released{}); }
    void evolve(const bike_repaired&) {}
};

}  // namespace

TEST_CASE("a claim that was given back can be taken again, and is refused while it is taken")
{
    hooked_store store;
    REQUIRE(add_bike(store, "B-1", "F-1"));
    const auto refused = add_bike(store, "B-2", "F-1");
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == commands::refuse("this frame is on another bike", "frame"));
    CHECK(store.read(b2).empty());

    REQUIRE(handle<bike>(store, "B-1", retire_bike{}));
    const auto taken = add_bike(store, "B-2", "F-1");
    REQUIRE(taken);
    CHECK(types_in(store, f1) == std::vector<std::string>{"frame.taken", "frame.released", "frame.taken"});
    const auto claimed = store.read(f1).back();
    CHECK(taken->token.positions().at(claimed.log()) == claimed.position);
    CHECK_FALSE(add_bike(store, "B-3", "F-1"));
}

TEST_CASE("one decision gives a claim back and takes another")
{
    hooked_store store;
    REQUIRE(add_bike(store, "B-1", "F-1"));
    REQUIRE(add_bike(store, "B-1", "F-2"));
    CHECK(types_in(store, f1).back() == "frame.released");
    CHECK(types_in(store, f2) == std::vector<std::string>{"frame.taken"});
    CHECK(store.appends == 2);
}

TEST_CASE("a claim moves from one aggregate to another when both decide together")
{
    hooked_store store;
    REQUIRE(add_bike(store, "B-1", "F-1"));
    CHECK(handle(store, on<bike>("B-2", register_bike{"B-2", "F-1"}), on<bike>("B-1", retire_bike{})).error().stream
          == b2);
    REQUIRE(handle(store, on<bike>("B-1", retire_bike{}), on<bike>("B-2", register_bike{"B-2", "F-1"})));
    CHECK(types_in(store, f1) == std::vector<std::string>{"frame.taken", "frame.released", "frame.taken"});
}

TEST_CASE("two decisions of one append cannot both have a key")
{
    hooked_store store;
    const auto both =
        handle(store, on<bike>("B-1", register_bike{"B-1", "F-1"}), on<bike>("B-2", register_bike{"B-2", "F-1"}));
    REQUIRE_FALSE(both);
    CHECK(both.error().code == "frame");
    CHECK(both.error().stream == b2);
    CHECK(store.appends == 0);
}

TEST_CASE("a key that another takes or gives back in the meantime is looked at again")
{
    hooked_store store;
    REQUIRE(add_bike(store, "B-1", "F-1"));
    SUBCASE("taken: refused with the claim's words")
    {
        store.before_append = only_once([&] { REQUIRE(add_bike(store.behind(), "B-9", "F-2")); });
        CHECK(add_bike(store, "B-2", "F-2").error().code == "frame");
        CHECK(store.read(b2).empty());
    }
    SUBCASE("taken and given back: taken then")
    {
        store.before_append = only_once([&] {
            REQUIRE(add_bike(store.behind(), "B-9", "F-2"));
            REQUIRE(handle<bike>(store.behind(), "B-9", retire_bike{}));
        });
        CHECK(add_bike(store, "B-2", "F-2"));
        CHECK(types_in(store, f2).size() == 3);
    }
    SUBCASE("given back by the one that has it, while it wants to give it back")
    {
        store.before_append = only_once([&] { REQUIRE(handle<bike>(store.behind(), "B-1", retire_bike{})); });
        CHECK(handle<bike>(store, "B-1", retire_bike{}).error().reason == "the bike has no frame");
        CHECK(types_in(store, f1) == std::vector<std::string>{"frame.taken", "frame.released"});
    }
}

TEST_CASE("a cached claim is compared with the log before it refuses")
{
    hooked_store store;
    commands::aggregate_cache cache{store};
    REQUIRE(add_bike(store, "B-1", "F-1", {.cache = &cache}));
    REQUIRE(handle<bike>(store.behind(), "B-1", retire_bike{}));
    CHECK(add_bike(store, "B-2", "F-1", {.cache = &cache}));
    const int reads = store.reads;
    CHECK_FALSE(add_bike(store, "B-3", "F-1", {.cache = &cache}));
    CHECK(store.reads > reads);
}

TEST_CASE("an aggregate that changed while its claim was read decides again before the claim refuses")
{
    hooked_store store;
    commands::aggregate_cache cache{store};
    REQUIRE(add_bike(store, "B-1", "F-1", {.cache = &cache}));
    REQUIRE(add_bike(store, "B-2", "F-2", {.cache = &cache}));
    // Elsewhere B-2 has got the frame that it asks for: its own stream counts before the claim.
    REQUIRE(handle<bike>(store.behind(), "B-1", retire_bike{}));
    REQUIRE(add_bike(store.behind(), "B-2", "F-1"));
    const auto again = add_bike(store, "B-2", "F-1", {.cache = &cache});
    REQUIRE(again);
    CHECK(again->events.empty());
}

TEST_CASE("giving back what is free records nothing there")
{
    hooked_store store;
    record(store, b1, bike_registered{"F-1"});       // by an older program, which had no claims
    REQUIRE(handle<bike>(store, "B-1", retire_bike{}));
    CHECK(types_in(store, b1).back() == "bike.retired");
    CHECK(store.read(f1).empty());
    CHECK(handle<workshop<frame>>(store, "W-1", retire_bike{})->token.empty());
}

TEST_CASE("a claim whose facts and is_free do not fit is an error, and nothing is recorded")
{
    hooked_store store;
    CHECK_THROWS_WITH_AS(
        (void)handle<workshop<leaky>>(store, "W-1", take_bike{"F-1"}),
        "nothing is recorded: leaky-F-1 is still free after frame.taken, by what leaky::is_free() says",
        eventstore::invalid_request);
    record(store, {"stuck", "F-1"}, frame_taken{});
    CHECK_THROWS_WITH_AS(
        (void)handle<workshop<stuck>>(store, "W-1", retire_bike{}),
        "nothing is recorded: stuck-F-1 is not free after frame.released, by what stuck::is_free() says",
        eventstore::invalid_request);
    CHECK(store.appends == 0);
}

TEST_CASE("a command for a stream that a decision claims as another aggregate is an error")
{
    hooked_store store;
    CHECK_THROWS_AS(
        (void)handle(store, on<frame_seller>("F-1", retire_bike{}), on<bike>("B-1", register_bike{"B-1", "F-1"})),
        eventstore::invalid_request);
}

TEST_CASE("of many that claim and release the same keys, one at a time has each")
{
    hooked_store store;
    store.before_append = give_way;
    CHECK_EQ(frames_taken_and_released({&store, &store, &store, &store}), "");
}
