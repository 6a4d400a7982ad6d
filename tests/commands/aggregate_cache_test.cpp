// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/handle.hpp>
#include <annals/commands/state_loader.hpp>
#include <annals/eventstore/errors.hpp>
#include <tests/commands/account.hpp>
#include <tests/commands/record.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace annals;
using namespace annals::tests;
using commands::aggregate_cache, commands::aggregate_type_of, commands::handle, commands::versioned_state;
using eventstore::stream_id;

namespace {

const stream_id a1{"account", "A-1"};

auto state_of(std::int64_t version) -> versioned_state
{
    versioned_state state;
    state.value = std::make_shared<commands::typed_state<account>>(account{.changes = version});
    state.version = {version};
    return state;
}

auto version_in(aggregate_cache& cache, const char* key) -> std::int64_t
{
    const auto found = cache.find(aggregate_type_of<account>(), key);
    return found ? found->version.number : 0;
}

}  // namespace

TEST_CASE("a command on a cached aggregate reads nothing")
{
    hooked_store store;
    aggregate_cache cache(store);
    const commands::handle_options fast{.cache = &cache};
    REQUIRE(handle<account>(store, "A-1", deposit{10}, {}, fast));
    store.reads = 0;
    for (int i = 0; i < 9; ++i) REQUIRE(handle<account>(store, "A-1", withdraw{1}, {}, fast));
    CHECK(store.reads == 0);
    CHECK(store.behind().read(a1).size() == 10);
    CHECK(cache.count().states == 1);
}

TEST_CASE("the version check finds what others recorded since, and the command is decided on that")
{
    hooked_store store;
    aggregate_cache cache(store);
    const commands::handle_options fast{.cache = &cache};
    REQUIRE(handle<account>(store, "A-1", deposit{10}, {}, fast));
    record(store, a1, withdrawn{8});
    const auto answer = handle<account>(store, "A-1", withdraw{5}, {}, fast);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().reason == "2");

    record(store, a1, deposited{100});
    const auto second = handle<account>(store, "A-1", withdraw{100}, {}, fast);
    REQUIRE(second);
    CHECK(second->version.number == 4);
}

TEST_CASE("a refusal is never based on an old state")
{
    hooked_store store;
    aggregate_cache cache(store);
    REQUIRE(handle<account>(store, "A-1", deposit{1}, {}, {.cache = &cache}));
    record(store, a1, deposited{10});
    CHECK(handle<account>(store, "A-1", withdraw{11}, {}, {.cache = &cache}));
}

TEST_CASE("a decision of nothing is never based on an old state; its version and token are the log's")
{
    hooked_store store;
    aggregate_cache cache(store);
    REQUIRE(handle<account>(store, "A-1", deposit{1}, {}, {.cache = &cache}));
    record(store, a1, deposited{10});
    const auto answer = handle<account>(store, "A-1", deposit{0}, {}, {.cache = &cache});
    REQUIRE(answer);
    CHECK(answer->version.number == 2);
    const auto last = store.read(a1, {}).back();
    CHECK(answer->token.positions().at(last.log()) == last.position);

    SUBCASE("also when the cache is right")
    {
        CHECK(handle<account>(store, "A-1", deposit{0}, {}, {.cache = &cache})->token == answer->token);
    }
}

TEST_CASE("after a conflict an aggregate is read before it decides, until others stop writing")
{
    hooked_store store;
    aggregate_cache cache(store);
    const commands::handle_options fast{.cache = &cache};
    REQUIRE(handle<account>(store, "A-1", deposit{1}, {}, fast));
    record(store, a1, deposited{1});
    REQUIRE(handle<account>(store, "A-1", deposit{1}, {}, fast));    // gets a conflict
    record(store, a1, deposited{1});
    store.appends = 0;
    REQUIRE(handle<account>(store, "A-1", deposit{1}, {}, fast));    // so this one looks first
    CHECK(store.appends == 1);
    REQUIRE(handle<account>(store, "A-1", deposit{1}, {}, fast));    // and this one, finding nothing new
    store.reads = 0;
    REQUIRE(handle<account>(store, "A-1", deposit{1}, {}, fast));
    CHECK(store.reads == 0);
}

TEST_CASE("an append whose outcome is unknown leaves the cache as it was")
{
    hooked_store store;
    aggregate_cache cache(store);
    const commands::handle_options fast{.cache = &cache};
    REQUIRE(handle<account>(store, "A-1", deposit{1}, {}, fast));
    store.before_append = [](auto&) { throw eventstore::unavailable("the server is gone"); };
    CHECK_THROWS_AS((void)handle<account>(store, "A-1", deposit{1}, {}, fast), eventstore::unavailable);
    CHECK(version_in(cache, "A-1") == 1);
}

TEST_CASE("an idempotency key that is known leaves the cache as it was")
{
    hooked_store store;
    aggregate_cache cache(store);
    const commands::handle_options once{.idempotency_key = "order 12", .cache = &cache};
    REQUIRE(handle<account>(store, "A-1", deposit{1}, {}, once));
    REQUIRE(handle<account>(store, "A-1", deposit{2}, {}, {.cache = &cache}));
    CHECK(handle<account>(store, "A-1", deposit{1}, {}, once)->version.number == 1);
    CHECK(version_in(cache, "A-1") == 2);
    CHECK(handle<account>(store, "A-1", withdraw{3}, {}, {.cache = &cache}));
}

TEST_CASE("a restored log is noticed by the event that the state ends with")
{
    hooked_store before, after;
    for (int i = 0; i < 3; ++i) record(before, a1, deposited{10});
    for (int i = 0; i < 2; ++i) record(after, a1, deposited{1});
    aggregate_cache cache(after);
    auto stale = commands::state_loader(before, a1, aggregate_type_of<account>(), nullptr, nullptr).begin();
    cache.keep(aggregate_type_of<account>(), "A-1", stale);

    SUBCASE("when it has become shorter")
    {
        CHECK(handle<account>(after, "A-1", withdraw{1}, {}, {.cache = &cache})->version.number == 3);
    }
    SUBCASE("when it is as long, and the answer is a refusal")
    {
        record(after, a1, deposited{1});
        CHECK(handle<account>(after, "A-1", withdraw{31}, {}, {.cache = &cache}).error().reason == "3");
        CHECK(handle<account>(after, "A-1", withdraw{4}, {}, {.cache = &cache}).error().reason == "3");
    }
}

TEST_CASE("a cache is for one store")
{
    hooked_store store, other;
    aggregate_cache cache(other);
    CHECK_THROWS_WITH_AS((void)handle<account>(store, "A-1", deposit{1}, {}, {.cache = &cache}),
                         "the aggregate cache was made for another store than the command is for",
                         eventstore::invalid_request);
}

TEST_CASE("a full cache drops what was used longest ago, and keeps within its bytes")
{
    hooked_store store;
    const auto& type = aggregate_type_of<account>();
    aggregate_cache one(store);
    one.keep(type, "A", state_of(1));
    const auto three = 3 * one.count().bytes;

    aggregate_cache cache(store, three);
    for (const auto* key : {"A", "B", "C"}) cache.keep(type, key, state_of(1));
    CHECK(version_in(cache, "A") == 1);
    cache.keep(type, "D", state_of(1));
    CHECK(version_in(cache, "A") == 1);
    CHECK(version_in(cache, "B") == 0);
    for (int i = 0; i < 1000; ++i) cache.keep(type, std::to_string(i), state_of(1));
    CHECK(cache.count().bytes <= three);
    CHECK(cache.count().states == 2);        // their keys are longer
    cache.clear();
    CHECK(cache.count().bytes == 0);
}

TEST_CASE("a state larger than the cache is not kept, and an older one never replaces a newer")
{
    hooked_store store;
    const auto& type = aggregate_type_of<account>();
    aggregate_cache cache(store);
    cache.keep(type, "A", state_of(3));
    cache.keep(type, "A", state_of(2));
    CHECK(version_in(cache, "A") == 3);
    cache.keep(type, "A", state_of(4));
    CHECK(version_in(cache, "A") == 4);

    aggregate_cache tiny(store, 50);
    tiny.keep(type, "A", state_of(1));
    CHECK(version_in(tiny, "A") == 0);
    CHECK(tiny.count().bytes == 0);
}

TEST_CASE("two kinds of aggregate over one stream do not mix in the cache")
{
    struct reader : account {
        void evolve(const deposited&) {}
        void evolve(const withdrawn&) {}
    };
    hooked_store store;
    aggregate_cache cache(store);
    cache.keep(aggregate_type_of<account>(), "A-1", state_of(3));
    CHECK_FALSE(cache.find(aggregate_type_of<reader>(), "A-1"));
}

TEST_CASE("many threads on few aggregates with a small cache keep every account correct")
{
    hooked_store store;
    aggregate_cache cache(store, 700);       // two or three of the four
    const commands::handle_options fast{.attempts_max = 1000, .cache = &cache};
    {
        std::vector<std::jthread> threads;
        for (unsigned t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (unsigned i = 0; i < 400; ++i) {
                    const auto key = "A-" + std::to_string((i * 7 + t) % 4);
                    if (i % 2 == 0) (void)handle<account>(store, key, deposit{1}, {}, fast);
                    else (void)handle<account>(store, key, withdraw{2}, {}, fast);
                }
            });
    }
    for (int a = 0; a < 4; ++a) {
        account truth;
        for (const auto& event : store.read({"account", "A-" + std::to_string(a)}, {.events_max = 100'000})) {
            facts::for_each_fact<account::event>(event, [&](const auto& fact) { truth.evolve(fact); });
            REQUIRE(truth.balance >= 0);
        }
    }
}
