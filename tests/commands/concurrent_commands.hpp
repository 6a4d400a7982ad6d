// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <string>
#include <thread>
#include <vector>

/// Commands by many threads, on any store. Each thread has the store that it uses: the same one as others, or one of
/// its own, as another process would.
namespace annals::tests {

using stores = std::vector<eventstore::store*>;

/// What is done between a decision and its append, so that the threads come between each other.
inline void give_way(const eventstore::append_request&)
{
    for (int i = 0; i < 20; ++i) std::this_thread::yield();
}

inline constexpr int accounts_of_transfers = 3;

/// Transfers between accounts, in both directions: afterwards the sum is what it was, and both accounts have every
/// transfer. Returns what is wrong; empty: nothing.
auto transfers_between_accounts(const stores&) -> std::string;

/// How many transfers so many threads make.
auto transfers_made(int threads) -> int;

/// Bikes take and give back the same few frame numbers: each stream of a frame then has takings and releases in turn,
/// and as many as were accepted. Returns what is wrong; empty: nothing.
auto frames_taken_and_released(const stores&) -> std::string;

}  // namespace annals::tests
