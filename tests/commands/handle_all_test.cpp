// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/handle_all.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_snapshots.hpp>
#include <annals/eventstore/metadata_codec.hpp>
#include <tests/commands/account.hpp>
#include <tests/commands/bikes.hpp>
#include <tests/commands/concurrent_commands.hpp>
#include <tests/commands/record.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests;
using commands::handle, commands::on;
using eventstore::stream_id;

namespace {

const stream_id a1{"account", "A-1"}, a2{"account", "A-2"}, b1{"bike", "B-1"}, c1{"customer", "C-1"};

auto rent(eventstore::store& store, const commands::handle_options& options = {})
{
    return handle(store, on<bike>("B-1", rent_bike{"C-1"}), on<customer>("C-1", take_bike{"B-1"}), {.user_id = "ada"},
                  options);
}

/// Sees an account as something else.
struct purse {
    static constexpr auto category = "account";
    using event = std::variant<deposited, withdrawn>;
    using decision = commands::decision<event>;
    auto decide(const deposit& command) const -> decision { return deposited{command.amount}; }
    void evolve(const deposited&) {}
    void evolve(const withdrawn&) {}
};

}  // namespace

TEST_CASE("commands for several aggregates are recorded together, and the answer has each version")
{
    hooked_store store;
    record(store, b1, bike_registered{"F-1"});
    const auto answer = rent(store);
    REQUIRE(answer);
    CHECK(store.appends == 1);
    REQUIRE(answer->streams.size() == 2);
    CHECK(answer->streams[0].stream == b1);
    CHECK(answer->streams[0].version.number == 2);
    CHECK(answer->streams[1].stream == c1);
    CHECK(answer->streams[1].version.number == 1);
    const auto rented = store.read(b1).at(1), taken = store.read(c1).at(0);
    CHECK(answer->streams[0].events == std::vector{rented.id});
    CHECK(answer->streams[1].events == std::vector{taken.id});
    CHECK(answer->token.positions().at(rented.log()) == rented.position);
    CHECK(answer->token.positions().at(taken.log()) == taken.position);
    CHECK(eventstore::decode_metadata(taken.metadata).user_id == "ada");
    CHECK(eventstore::decode_metadata(taken.metadata).correlation_id == eventstore::to_string(rented.id));
}

TEST_CASE("when one of several aggregates refuses, nothing is recorded, and the refusal names it")
{
    hooked_store store;
    record(store, c1, bike_taken{"B-7"});
    const auto answer = rent(store);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().reason == "the customer has a bike");
    CHECK(answer.error().code == "has_one");
    CHECK(answer.error().stream == c1);
    CHECK(store.appends == 0);
    CHECK(store.read(b1).empty());
}

TEST_CASE("when others change one of the streams, all commands decide again")
{
    hooked_store store;
    SUBCASE("and still hold")
    {
        store.before_append = only_once([&] { record(store, c1, bike_brought_back{}); });
        const auto answer = rent(store);
        REQUIRE(answer);
        CHECK(answer->streams[0].version.number == 1);
        CHECK(answer->streams[1].version.number == 2);
        CHECK(store.appends == 2);
    }
    SUBCASE("and one is refused")
    {
        store.before_append = only_once([&] { record(store, c1, bike_taken{"B-7"}); });
        CHECK(rent(store).error().stream == c1);
        CHECK(store.read(b1).empty());
    }
    SUBCASE("also one that the command does not write")
    {
        store.before_append = only_once([&] { record(store, a2, deposited{5}); });
        const auto answer = handle(store, on<account>("A-1", deposit{1}), on<account>("A-2", deposit{0}));
        REQUIRE(answer);
        CHECK(answer->streams[1].version.number == 1);
        CHECK(answer->streams[1].events.empty());
        CHECK(store.appends == 2);
    }
}

TEST_CASE("after the last attempt at several streams, the refusal names those that others changed")
{
    hooked_store store;
    store.before_append = [&](const auto&) { record(store, a2, deposited{5}); };
    const auto answer =
        handle(store, on<account>("A-1", deposit{1}), on<account>("A-2", deposit{1}), {}, {.attempts_max = 3});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == commands::codes::contended);
    CHECK(answer.error().reason == "others changed account-A-2 at each of 3 attempts: try again");
}

TEST_CASE("when none of several commands has anything to do, the answer is what was read")
{
    hooked_store store;
    record(store, a1, deposited{5});
    const auto answer = handle(store, on<account>("A-1", deposit{0}), on<account>("A-2", deposit{0}));
    REQUIRE(answer);
    CHECK(answer->streams[0].version.number == 1);
    CHECK(answer->streams[1].version.number == 0);
    CHECK(answer->token.positions().size() == 1);
    CHECK(store.appends == 0);
}

TEST_CASE("commands known only at run time are carried out together")
{
    hooked_store store;
    std::vector<commands::command_for> all;
    for (int i = 0; i < 100; ++i) all.push_back(on<account>("A-" + std::to_string(i), deposit{i + 1}));
    REQUIRE(handle(store, all));
    CHECK(store.appends == 1);
    CHECK(store.read({"account", "A-99"}).size() == 1);
    CHECK_THROWS_AS((void)handle(store, std::vector<commands::command_for>{}), eventstore::invalid_request);
}

TEST_CASE("two commands for one aggregate: the second decides on what the first decided")
{
    hooked_store store;
    const auto answer = handle(
        store, {on<account>("A-1", deposit{10}), on<account>("A-2", deposit{1}), on<account>("A-1", withdraw{7})});
    REQUIRE(answer);
    REQUIRE(answer->streams.size() == 2);
    CHECK(answer->streams[0].version.number == 2);
    CHECK(answer->streams[0].events.size() == 2);
    CHECK(handle(store, on<account>("A-1", withdraw{2}), on<account>("A-1", withdraw{2})).error().reason == "3");
    CHECK(store.read(a1).size() == 2);
}

TEST_CASE("two commands that see one stream as different aggregates are an error")
{
    hooked_store store;
    CHECK_THROWS_WITH_AS((void)handle(store, on<account>("A-1", deposit{1}), on<purse>("A-1", deposit{1})),
                         "two commands see account-A-1 as different aggregates, account and purse: name it once",
                         eventstore::invalid_request);
}

TEST_CASE("commands for several aggregates under one idempotency key are carried out once")
{
    hooked_store store;
    const commands::handle_options once{.idempotency_key = "visit 12"};
    const auto first = rent(store, once);
    REQUIRE(first);
    REQUIRE(handle<bike>(store, "B-1", return_bike{}));
    const auto again = rent(store, once);
    REQUIRE(again);
    CHECK(again->duplicate);
    CHECK_FALSE(first->duplicate);
    CHECK(again->token == first->token);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(again->streams[i].version == first->streams[i].version);
        CHECK(again->streams[i].events == first->streams[i].events);
    }
    const auto other =
        handle(store, on<bike>("B-1", rent_bike{"C-1"}), on<customer>("C-2", take_bike{"B-1"}), {}, once);
    REQUIRE_FALSE(other);
    CHECK(other.error().code == commands::codes::key_reused);
    CHECK(handle<bike>(store, "B-1", rent_bike{"C-1"}, {}, once).error().code == commands::codes::key_reused);
}

TEST_CASE("two that send the same commands under one key at the same moment get one answer")
{
    hooked_store store;
    const commands::handle_options once{.idempotency_key = "visit 12"};
    std::optional<commands::accepted_together> other;
    store.before_append = only_once([&] { other = rent(store.behind(), once).value(); });
    const auto mine = rent(store, once);
    REQUIRE(mine);
    REQUIRE(other);
    CHECK(mine->streams[1].events == other->streams[1].events);
    CHECK(mine->duplicate);
    CHECK_FALSE(other->duplicate);
    CHECK(store.read(c1).size() == 1);
}

TEST_CASE("with a cache, commands for several aggregates need not read their streams")
{
    hooked_store store;
    commands::aggregate_cache cache{store};
    const auto transfer = [&] {
        return handle(store, on<account>("A-1", withdraw{1}), on<account>("A-2", deposit{1}), {}, {.cache = &cache});
    };
    record(store, a1, deposited{10});
    REQUIRE(transfer());
    const int reads = store.reads;
    REQUIRE(transfer());
    CHECK(store.reads == reads);
    SUBCASE("and what others wrote since is noticed")
    {
        record(store, a2, withdrawn{1});
        const auto answer = transfer();
        REQUIRE(answer);
        CHECK(answer->streams[0].version.number == 4);
        CHECK(answer->streams[1].version.number == 4);
    }
    SUBCASE("and a refusal is given only on a state that was compared with the log")
    {
        REQUIRE(handle<account>(store, "A-1", withdraw{8}, {}, {.cache = &cache}));
        record(store, a1, deposited{1});
        CHECK(transfer());
    }
}

TEST_CASE("snapshots of several aggregates are taken and used when commands are carried out together")
{
    hooked_store store;
    eventstore::memory::memory_snapshots kept;
    for (const auto& stream : {a1, a2})
        for (int i = 0; i < 5; ++i) record(store, stream, deposited{1});
    const auto transfer = [&] {
        commands::snapshot_writer snapshots{kept, {.events = 5}};
        const auto answer = handle(store, on<account>("A-1", withdraw{1}), on<account>("A-2", deposit{1}), {},
                                   {.snapshots = &snapshots});
        snapshots.finish();
        return answer.has_value() ? snapshots.count().found : 99;
    };
    CHECK(transfer() == 0);
    const int read = store.events_read;
    CHECK(transfer() == 2);
    CHECK(store.events_read - read == 2);    // the last event of each, to compare
}

TEST_CASE("transfers in both directions by many threads keep the sum, and never wait for each other")
{
    hooked_store store;
    store.before_append = give_way;
    CHECK_EQ(transfers_between_accounts({&store, &store, &store, &store}), "");
    CHECK(store.appends == transfers_made(4) + accounts_of_transfers);
}
