// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/handle.hpp>
#include <annals/commands/load.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_snapshots.hpp>
#include <tests/commands/account.hpp>
#include <tests/commands/laboratory.hpp>
#include <tests/commands/record.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace annals;
using namespace annals::tests;
using commands::handle, commands::load;

namespace {

const eventstore::stream_id s1{"sample", "S-1"}, a1{"account", "A-1"};

constexpr auto what_to_do =
    "sample-S-1 version 2: sample does not know the event sample.stolen, and would decide as if it "
    "had not happened: run a program that knows it, or name it in the `ignores` of sample if it "
    "never matters";

/// Recorded by a program of the next release.
void add_unknown(hooked_store& store, const eventstore::stream_id& stream, std::string type)
{
    REQUIRE(store.eventstore::store::append(
        {.streams = {{stream, eventstore::expected_version::any(), {{.type = std::move(type), .occurred_at = {}}}}}}));
}

/// The account of a program that ignores more.
struct careless {
    static constexpr auto category = "account";
    static constexpr int state_version = 1;
    static constexpr std::array ignores{"account.audited", "account.mail.*"};
    using event = std::variant<deposited, withdrawn>;
    using decision = commands::decision<event>;
    auto decide(const deposit& command) const -> decision { return deposited{command.amount}; }
    void evolve(const deposited& fact) { balance += fact.amount, ++changes; }
    void evolve(const withdrawn& fact) { balance -= fact.amount, ++changes; }
    std::int64_t balance = 0;
    std::int64_t changes = 0;
};
ANNALS_FIELDS(careless, balance, changes)

}  // namespace

TEST_CASE("no command decides after an event that the aggregate does not know")
{
    hooked_store store;
    record(store, s1, sample_created{});
    add_unknown(store, s1, "sample.stolen");
    CHECK_THROWS_WITH_AS((void)handle<sample>(store, "S-1", validate_sample{"ada"}), what_to_do, eventstore::mismatch);
    CHECK_THROWS_WITH_AS((void)load<sample>(store, "S-1"), what_to_do, eventstore::mismatch);
    CHECK(store.read(s1, {}).size() == 2);
    CHECK(load<sample>(store, "S-1", eventstore::stream_version{1}).state.now == sample::stage::expected);
    CHECK(handle<sample>(store, "S-2", create_sample{.barcode = "B-7"}));
}

TEST_CASE("nor does a command decide on a remembered state after such an event")
{
    hooked_store store;
    commands::aggregate_cache cache(store);
    const commands::handle_options with_cache{.cache = &cache};
    REQUIRE(handle<sample>(store, "S-1", create_sample{.barcode = "B-7"}, {}, with_cache));
    add_unknown(store, s1, "sample.stolen");
    SUBCASE("when it records something")
    {
        CHECK_THROWS_WITH_AS((void)handle<sample>(store, "S-1", validate_sample{"ada"}, {}, with_cache), what_to_do,
                             eventstore::mismatch);
    }
    SUBCASE("when it is refused")
    {
        CHECK_THROWS_WITH_AS((void)handle<sample>(store, "S-1", create_sample{.barcode = "B-8"}, {}, with_cache),
                             what_to_do, eventstore::mismatch);
    }
    CHECK(store.read(s1, {}).size() == 2);
}

TEST_CASE("events that an aggregate ignores are skipped, by name and by pattern")
{
    hooked_store store;
    record(store, a1, deposited{10});
    add_unknown(store, a1, "account.audited");
    add_unknown(store, a1, "account.mail.sent");
    CHECK(handle<careless>(store, "A-1", deposit{5}).value().version.number == 4);
    CHECK(load<careless>(store, "A-1").state.balance == 15);
    CHECK_THROWS_AS((void)load<account>(store, "A-1"), eventstore::mismatch);
    add_unknown(store, a1, "account.mail.sent.again");
    CHECK_THROWS_AS((void)load<careless>(store, "A-1"), eventstore::mismatch);
}

TEST_CASE("a snapshot of a program that ignores more is not used")
{
    hooked_store store;
    eventstore::memory::memory_snapshots kept;
    commands::snapshot_writer snapshots(kept, {.events = 1});
    record(store, a1, deposited{10});
    add_unknown(store, a1, "account.audited");
    REQUIRE(handle<careless>(store, "A-1", deposit{5}, {}, {.snapshots = &snapshots}));
    snapshots.finish();
    REQUIRE(kept.size() == 1);
    CHECK_THROWS_AS((void)handle<account>(store, "A-1", withdraw{1}, {}, {.snapshots = &snapshots}),
                    eventstore::mismatch);
}
