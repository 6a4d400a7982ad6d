// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/handle.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_snapshots.hpp>
#include <annals/telemetry/log.hpp>
#include <tests/commands/account.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>

#include <semaphore>
#include <thread>

using namespace annals;
using namespace annals::tests;
using commands::aggregate_type_of, commands::handle, commands::snapshot_writer, commands::snapshot_policy;
using eventstore::memory::memory_snapshots;

namespace {

/// Begins with a light that can be switched off: if it were missing in the JSON, it would be read as on.
struct lamp {
    static constexpr auto category = "lamp";
    static constexpr int state_version = 1;
    using event = std::variant<deposited, withdrawn>;
    using decision = commands::decision<event>;
    auto decide(const deposit& command) const -> decision { return deposited{command.amount}; }
    auto decide(const withdraw& command) const -> decision { return withdrawn{command.amount}; }
    void evolve(const deposited&) { light = 2; }
    void evolve(const withdrawn&) { light.reset(); }
    std::optional<int> light = 1;
};
ANNALS_FIELDS(lamp, light)

const eventstore::stream_id a1{"account", "A-1"};
const snapshot_policy every_ten{.events = 10, .fold_time = std::chrono::hours{1}};

auto schema() -> const std::string& { return aggregate_type_of<account>().state_schema; }

/// Snapshots that fail, or wait until they may continue.
class unruly_snapshots final : public eventstore::snapshots {
public:
    auto find(const eventstore::stream_id& stream, std::string_view schema)
        -> std::optional<eventstore::snapshot> override
    {
        if (fails) throw eventstore::unavailable("nobody there");
        return kept.find(stream, schema);
    }
    void keep(const eventstore::snapshot& taken) override
    {
        if (waits) turn.acquire();
        if (fails) throw eventstore::unavailable("nobody there");
        kept.keep(taken);
    }

    std::atomic<bool> fails = false, waits = false;
    std::counting_semaphore<> turn{0};
    memory_snapshots kept;
};

/// Keeps what is logged while it lives.
class heard_log final : public telemetry::log_sink {
public:
    static auto begin() -> std::shared_ptr<heard_log>
    {
        auto heard = std::make_shared<heard_log>();
        telemetry::send_log_to(heard);
        return heard;
    }
    auto wants(telemetry::level) const -> bool override { return true; }
    void write(telemetry::level, std::string_view message, std::span<const telemetry::field> fields) override
    {
        const std::scoped_lock lock(mutex_);
        text_ += message;
        for (const auto& field : fields)
            if (const auto* const value = std::get_if<std::string>(&field.value)) text_ += " | " + *value;
        text_ += "\n";
    }
    auto text() const -> std::string
    {
        const std::scoped_lock lock(mutex_);
        return text_;
    }

private:
    mutable std::mutex mutex_;
    std::string text_;
};

void deposit_often(hooked_store& store, int times, const commands::handle_options& options, const char* key = "A-1")
{
    for (int i = 0; i < times; ++i) REQUIRE(handle<account>(store, key, deposit{1}, {}, options));
}

}  // namespace

TEST_CASE("a stream is read from its snapshot on")
{
    hooked_store store;
    memory_snapshots kept;
    snapshot_writer snapshots(kept, every_ten);
    deposit_often(store, 25, {.snapshots = &snapshots});
    snapshots.finish();
    const auto taken = kept.find(a1, schema());
    REQUIRE(taken);
    CHECK(taken->version.number >= 10);
    CHECK(taken->state
          == R"({"balance":)" + std::to_string(taken->version.number) + R"(,"changes":)"
                 + std::to_string(taken->version.number) + "}");

    store.events_read = 0;
    CHECK(handle<account>(store, "A-1", withdraw{26}, {}, {.snapshots = &snapshots}).error().reason == "25");
    CHECK(store.events_read == 25 - taken->version.number + 1);    // the snapshot's own event is compared
    CHECK(handle<account>(store, "A-1", withdraw{25}, {}, {.snapshots = &snapshots}));
}

TEST_CASE("snapshots may be deleted at any time")
{
    hooked_store store;
    memory_snapshots kept;
    snapshot_writer snapshots(kept, every_ten);
    commands::aggregate_cache cache(store);
    for (int i = 0; i < 30; ++i) {
        deposit_often(store, 1, {.cache = i % 2 == 0 ? &cache : nullptr, .snapshots = &snapshots});
        kept.clear();
    }
    CHECK(handle<account>(store, "A-1", withdraw{31}, {}, {.snapshots = &snapshots}).error().reason == "30");
}

TEST_CASE("a snapshot is taken after enough events or a long fold, and the cache remembers it")
{
    hooked_store store;
    memory_snapshots kept;
    commands::aggregate_cache cache(store);
    SUBCASE("after ten events, and ten more")
    {
        snapshot_writer snapshots(kept, every_ten);
        deposit_often(store, 9, {.cache = &cache, .snapshots = &snapshots});
        snapshots.finish();
        CHECK(kept.size() == 0);
        deposit_often(store, 1, {.cache = &cache, .snapshots = &snapshots});
        snapshots.finish();
        CHECK(kept.find(a1, schema())->version.number == 10);
        deposit_often(store, 9, {.cache = &cache, .snapshots = &snapshots});
        snapshots.finish();
        CHECK(snapshots.count().written == 1);
        deposit_often(store, 1, {.cache = &cache, .snapshots = &snapshots});
        snapshots.finish();
        CHECK(kept.find(a1, schema())->version.number == 20);
    }
    SUBCASE("after a fold that took long, of events that are worth it")
    {
        snapshot_writer snapshots(kept, {.fold_time = std::chrono::milliseconds{0}, .events_min = 5});
        deposit_often(store, 4, {.snapshots = &snapshots});
        snapshots.finish();
        CHECK(kept.size() == 0);
        deposit_often(store, 1, {.snapshots = &snapshots});
        snapshots.finish();
        CHECK(kept.size() == 1);
    }
}

TEST_CASE("a snapshot of another form of the state is not seen")
{
    hooked_store store;
    memory_snapshots kept;
    snapshot_writer snapshots(kept, every_ten);
    deposit_often(store, 3, {});
    const auto third = store.read(a1, {}).back();
    kept.keep({a1, "account.0.0123456789abcdef", third.version, third.id, R"({"balance":1000,"changes":3})"});
    CHECK(handle<account>(store, "A-1", withdraw{4}, {}, {.snapshots = &snapshots}).error().reason == "3");
}

TEST_CASE("a snapshot that cannot be read is ignored, logged, and replaced")
{
    const auto heard = heard_log::begin();
    hooked_store store;
    memory_snapshots kept;
    snapshot_writer snapshots(kept, every_ten);
    deposit_often(store, 12, {});
    const auto last = store.read(a1, {}).back();
    for (const auto* broken : {"{", "[]", R"({"balance":"much"})", R"({"balance":1000,"owner":"ada"})", ""}) {
        kept.keep({a1, schema(), last.version, last.id, broken});
        CHECK(handle<account>(store, "A-1", withdraw{13}, {}, {.snapshots = &snapshots}).error().reason == "12");
        CHECK(heard->text().find("a snapshot cannot be used: the stream is read from its beginning | account-A-1")
              != std::string::npos);
        snapshots.finish();
        CHECK(kept.find(a1, schema())->state == R"({"balance":12,"changes":12})");
    }
}

TEST_CASE("a snapshot that ends with another event than the log has is ignored")
{
    hooked_store store;
    memory_snapshots kept;
    snapshot_writer snapshots(kept, every_ten);
    deposit_often(store, 3, {});
    for (const std::int64_t version : {2, 3, 9}) {
        kept.keep({a1, schema(), {version}, eventstore::new_uuid(), R"({"balance":1000,"changes":3})"});
        CHECK(handle<account>(store, "A-1", withdraw{4}, {}, {.snapshots = &snapshots}).error().reason == "3");
    }
}

TEST_CASE("failing snapshots are logged and never fail a command")
{
    const auto heard = heard_log::begin();
    hooked_store store;
    unruly_snapshots kept;
    kept.fails = true;
    {
        snapshot_writer snapshots(kept, every_ten);
        deposit_often(store, 10, {.snapshots = &snapshots});
        snapshots.finish();
        CHECK(snapshots.count().failed == 1);
    }
    CHECK(heard->text().find("a snapshot is not written | account-A-1 | nobody there") != std::string::npos);
}

TEST_CASE("an optional field that begins set and was reset comes back from a snapshot as it was")
{
    hooked_store store;
    memory_snapshots kept;
    snapshot_writer snapshots(kept, {.events = 1});
    REQUIRE(handle<lamp>(store, "L-1", deposit{1}, {}, {.snapshots = &snapshots}));
    REQUIRE(handle<lamp>(store, "L-1", withdraw{1}, {}, {.snapshots = &snapshots}));
    snapshots.finish();
    const auto found = snapshots.find(aggregate_type_of<lamp>(), {"lamp", "L-1"});
    REQUIRE(found);
    CHECK(found->version.number == 2);
    CHECK(found->value->to_json() == R"({"light":null})");
}

TEST_CASE("states that wait to be written are limited by bytes, and no command waits for them")
{
    hooked_store store;
    unruly_snapshots kept;
    kept.waits = true;
    snapshot_writer snapshots(kept, {.events = 1, .queue_bytes_max = 64 << 10});
    for (int i = 0; i < 1000; ++i)
        deposit_often(store, 1, {.snapshots = &snapshots}, ("A-" + std::to_string(i)).c_str());
    CHECK(snapshots.count().dropped > 1000 - (64 << 10) / sizeof(commands::versioned_state));
    kept.turn.release(1000);
    snapshots.finish();
    CHECK(snapshots.count().written > 1);
    CHECK(snapshots.count().written + snapshots.count().dropped == 1000);
    deposit_often(store, 1, {.snapshots = &snapshots}, "A-1");
    snapshots.finish();
    CHECK(kept.kept.find({"account", "A-1"}, schema())->version.number == 2);
}

TEST_CASE("a state that is larger than the queue is written when nothing else waits")
{
    hooked_store store;
    memory_snapshots kept;
    snapshot_writer snapshots(kept, {.events = 1, .queue_bytes_max = 1});
    deposit_often(store, 1, {.snapshots = &snapshots});
    snapshots.finish();
    CHECK(kept.size() == 1);
}

TEST_CASE("an aggregate that changes all the time does not keep others from being written")
{
    hooked_store store;
    unruly_snapshots kept;
    kept.waits = true;
    snapshot_writer snapshots(kept, {.events = 1});
    deposit_often(store, 1, {.snapshots = &snapshots}, "A-1");
    deposit_often(store, 1, {.snapshots = &snapshots}, "A-2");
    for (std::size_t written = 0; written < 3; ++written) {
        deposit_often(store, 1, {.snapshots = &snapshots}, "A-1");
        kept.turn.release(1);
        while (snapshots.count().written == written) std::this_thread::yield();
    }
    CHECK(kept.kept.find({"account", "A-2"}, schema()));
    kept.turn.release(3);
}

TEST_CASE("a writer that ends writes what is in its queue, unless that fails")
{
    hooked_store store;
    unruly_snapshots kept;
    kept.waits = true;
    SUBCASE("and it can")
    {
        snapshot_writer snapshots(kept, {.events = 1});
        for (const auto* key : {"A-1", "A-2", "A-3"}) deposit_often(store, 1, {.snapshots = &snapshots}, key);
        kept.turn.release(3);
    }
    SUBCASE("and cannot")
    {
        snapshot_writer snapshots(kept, {.events = 1});
        for (const auto* key : {"A-1", "A-2", "A-3"}) deposit_often(store, 1, {.snapshots = &snapshots}, key);
        kept.fails = true;
        kept.turn.release(3);
    }
    CHECK(kept.kept.size() == (kept.fails ? 0 : 3));
}

TEST_CASE("the schema of a state names the aggregate and its version, and changes with its fields and events")
{
    struct other : account {};
    CHECK(schema().starts_with("account.1."));
    CHECK(schema().size() == std::string("account.1.").size() + 16);
    CHECK(aggregate_type_of<other>().state_schema.empty());
    CHECK(commands::detail::fingerprint("") == "cbf29ce484222325");
    CHECK(commands::detail::fingerprint("foobar") == "85944171f73967e8");    // the algorithm's own test vectors
}
