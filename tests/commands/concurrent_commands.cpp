// SPDX-License-Identifier: Apache-2.0
#include <tests/commands/concurrent_commands.hpp>

#include <annals/commands/handle_all.hpp>
#include <annals/commands/load.hpp>
#include <annals/eventstore/reading.hpp>
#include <tests/commands/account.hpp>
#include <tests/commands/bikes.hpp>

#include <atomic>
#include <exception>
#include <latch>
#include <mutex>
#include <thread>

namespace annals::tests {
namespace {

using commands::handle, commands::on;

constexpr int transfers_each = 20;
constexpr std::int64_t start_amount = 1000;
constexpr int frames = 2, changes_each = 15;
constexpr commands::handle_options patient{.attempts_max = 1000};

auto account_key(int n) -> std::string { return "A-" + std::to_string(n % accounts_of_transfers); }
auto frame_key(int n) -> std::string { return "F-" + std::to_string(n % frames); }

/// Runs `act(store, n)` on a thread for each store, all at once. Returns the first exception's text.
template <class Act>
auto at_once(const stores& each, Act act) -> std::string
{
    std::latch ready(std::ssize(each));
    std::mutex mutex;
    std::string problem;
    std::vector<std::jthread> threads;
    for (int n = 0; n < std::ssize(each); ++n)
        threads.emplace_back([&, n] {
            ready.arrive_and_wait();
            try {
                act(*each[static_cast<std::size_t>(n)], n);
            } catch (const std::exception& wrong) {
                const std::scoped_lock lock(mutex);
                if (problem.empty()) problem = wrong.what();
            }
        });
    threads.clear();
    return problem;
}

auto in_turn(eventstore::store& store, const std::string& key, int& takings) -> bool
{
    bool free = true;
    for (const auto& event : eventstore::events_of(store, eventstore::stream_id{"frame", key})) {
        if (free != (event.type == "frame.taken")) return false;
        takings += free ? 1 : 0;
        free = !free;
    }
    return true;
}

}  // namespace

auto transfers_made(int threads) -> int { return threads * transfers_each; }

auto transfers_between_accounts(const stores& each) -> std::string
{
    auto& store = *each.front();
    for (int n = 0; n < accounts_of_transfers; ++n)
        if (!handle<account>(store, account_key(n), deposit{start_amount})) return "an account was not opened";
    std::atomic<int> refused = 0;
    auto problem = at_once(each, [&](eventstore::store& own, int thread) {
        for (int i = 0; i < transfers_each; ++i) {
            const int from = thread + i, to = from + 1 + i % 2;
            const auto done = handle(own, on<account>(account_key(from), withdraw{i}),
                                     on<account>(account_key(to), deposit{i + 1}), {}, patient);
            if (!done) ++refused;
        }
    });
    if (!problem.empty()) return problem;
    if (refused > 0) return std::to_string(refused) + " transfers were refused";
    std::int64_t sum = 0, changes = 0;
    for (int n = 0; n < accounts_of_transfers; ++n) {
        const auto found = commands::load<account>(store, account_key(n)).state;
        sum += found.balance;
        changes += found.changes;
    }
    const auto made = transfers_made(static_cast<int>(each.size()));
    if (sum != start_amount * accounts_of_transfers + made)
        return "the sum is " + std::to_string(sum) + " after " + std::to_string(made) + " transfers";
    if (changes != accounts_of_transfers + 2 * made) return std::to_string(changes) + " changes were recorded";
    return {};
}

auto frames_taken_and_released(const stores& each) -> std::string
{
    std::atomic<int> accepted = 0;
    auto problem = at_once(each, [&](eventstore::store& own, int thread) {
        const auto key = "B-" + std::to_string(thread);
        for (int i = 0; i < changes_each; ++i) {
            const auto got = handle<bike>(own, key, register_bike{key, frame_key(thread + i)}, {}, patient);
            accepted += got && !got->events.empty() ? 1 : 0;
            if (i % 3 == 2) (void)handle<bike>(own, key, retire_bike{}, {}, patient);
        }
    });
    if (!problem.empty()) return problem;
    int takings = 0;
    for (int n = 0; n < frames; ++n)
        if (!in_turn(*each.front(), frame_key(n), takings))
            return frame_key(n) + " was taken while it was taken, or released while it was free";
    if (takings != accepted)
        return std::to_string(takings) + " frames were taken, " + std::to_string(accepted) + " bikes have got one";
    return {};
}

}  // namespace annals::tests
