// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/load.hpp>
#include <annals/eventstore/errors.hpp>
#include <tests/commands/account.hpp>
#include <tests/commands/record.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests;
using commands::load;
using eventstore::stream_version;

TEST_CASE("an aggregate is loaded as it is now, at a version, and at a time")
{
    hooked_store store;
    const eventstore::stream_id a1{"account", "A-1"};
    for (const auto amount : {10, 20, 30}) record(store, a1, deposited{amount});
    const auto events = store.read(a1, {});

    CHECK(load<account>(store, "A-1").state.balance == 60);
    CHECK(load<account>(store, "A-1").version == events.back().version);
    CHECK(load<account>(store, "A-1", stream_version{2}).state.balance == 30);
    CHECK(load<account>(store, "A-1", events.back().recorded_at).state.balance == 60);
    const auto before = load<account>(store, "A-1", events.front().recorded_at - std::chrono::microseconds{1});
    CHECK(before.version.number == 0);
    CHECK(before.state.balance == 0);
}

TEST_CASE("a state at a time has what was recorded by then, whenever it happened")
{
    hooked_store store;
    auto event = facts::to_new_event(deposited{10});
    event.occurred_at = eventstore::timestamp{};
    REQUIRE(store.eventstore::store::append(
        {.streams = {{{"account", "A-1"}, eventstore::expected_version::any(), {event}}}}));
    CHECK(load<account>(store, "A-1", eventstore::now() - std::chrono::hours{1}).version.number == 0);
}

TEST_CASE("an aggregate that does not exist has version 0, and a missing version is an error")
{
    hooked_store store;
    CHECK(load<account>(store, "A-1").version.number == 0);
    CHECK(load<account>(store, "A-1", stream_version{0}).version.number == 0);
    record(store, {"account", "A-1"}, deposited{10});
    CHECK_THROWS_WITH_AS((void)load<account>(store, "A-1", stream_version{7}),
                         "account-A-1 has no version 7: it ends at version 1", eventstore::invalid_request);
    CHECK_THROWS_WITH_AS((void)load<account>(store, "A-1", stream_version{-1}), "a version is not negative: -1",
                         eventstore::invalid_request);
}
