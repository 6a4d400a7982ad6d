// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/handle.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/eventstore/postgres/postgres_snapshots.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <tests/fault/chain.hpp>

#include <atomic>
#include <csignal>
#include <iostream>
#include <random>
#include <thread>
#include <unistd.h>

using namespace annals;
using namespace annals::tests;

namespace {

constexpr int streams = 12;
constexpr std::size_t cache_bytes = 1500;    // holds a few of the streams: some are dropped all the time

std::atomic<bool> is_told_to_stop = false;

/// Adds links to chains at random, every fifth one without the cache.
void add_links(eventstore::store& store, const commands::handle_options& remembering, std::mt19937_64 random)
{
    auto forgetful = remembering;
    forgetful.cache = nullptr;
    while (!is_told_to_stop) {
        const auto key = "C-" + std::to_string(random() % streams);
        const add_link command{static_cast<std::int64_t>(random() % 1'000'000)};
        (void)commands::handle<chain>(store, key, command, {}, random() % 5 == 0 ? forgetful : remembering);
    }
}

}  // namespace

/// chain_program DSN SEED: handles commands in two threads until SIGTERM. Exits with 3 when the cache was never of
/// use, or no snapshot was found or written.
int main(int, char** words)
{
    static_assert(std::atomic<bool>::is_always_lock_free);
    std::signal(SIGTERM, [](int) { is_told_to_stop = true; });
    const auto store = eventstore::postgres::open_store({.dsn = words[1]});
    const auto kept = eventstore::postgres::open_snapshots(words[1]);
    commands::aggregate_cache cache(*store, cache_bytes);
    commands::snapshot_writer snapshots(*kept, {.events = 10});
    const commands::handle_options remembering{.attempts_max = 1000, .cache = &cache, .snapshots = &snapshots};

    const auto seed = std::stoull(words[2]) + static_cast<std::uint64_t>(::getpid());    // different in each process
    {
        std::jthread other([&] { add_links(*store, remembering, std::mt19937_64(seed)); });
        add_links(*store, remembering, std::mt19937_64(seed + 1));
    }
    snapshots.finish();
    const auto cached = cache.count();
    const auto taken = snapshots.count();
    std::cout << cached.hits << " found in the cache, " << cached.evictions << " left it; " << taken.found
              << " snapshots found, " << taken.written << " written" << std::endl;
    return cached.hits > 0 && taken.found > 0 && taken.written > 0 ? 0 : 3;
}
