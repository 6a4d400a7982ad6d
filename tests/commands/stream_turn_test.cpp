// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/handle.hpp>
#include <tests/commands/account.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <latch>
#include <thread>
#include <utility>
#include <vector>

using namespace annals;
using namespace annals::tests;
using commands::handle;

namespace {

const eventstore::stream_id a1{"account", "A-1"};

/// Sends a deposit to another account while it decides, like a command that looks something up through another one.
struct order {
    eventstore::store* store = nullptr;
    std::string account;
    bool on_a_thread_of_its_own = false;
    mutable bool is_paid = false;            // even when it decides again
};
struct ordering {
    static constexpr auto category = "account";
    using event = std::variant<deposited, withdrawn>;
    using decision = commands::decision<event>;
    auto decide(const order& command) const -> decision
    {
        const auto pay = [&] {
            return std::exchange(command.is_paid, true)
                       ? true
                       : handle<annals::tests::account>(*command.store, command.account, deposit{1}).has_value();
        };
        const auto paid = command.on_a_thread_of_its_own ? std::async(std::launch::async, pay).get() : pay();
        return withdrawn{paid ? 1 : 0};
    }
    void evolve(const deposited&) {}
    void evolve(const withdrawn&) {}
};

}  // namespace

TEST_CASE("commands of one process on one stream do not conflict")
{
    hooked_store store;
    constexpr int callers = 8, each = 50;
    {
        std::latch ready(callers);
        std::vector<std::jthread> threads;
        for (int i = 0; i < callers; ++i)
            threads.emplace_back([&] {
                ready.arrive_and_wait();
                for (int n = 0; n < each; ++n) CHECK(handle<account>(store, "A-1", deposit{1}));
            });
    }
    CHECK(store.appends == callers * each);
    CHECK(store.read(a1, {}).size() == callers * each);
}

TEST_CASE("commands on other streams do not wait")
{
    hooked_store store;
    std::promise<void> others_done;
    store.before_append = only_once([&] { others_done.get_future().wait(); });
    std::jthread held([&] { CHECK(handle<account>(store, "A-1", deposit{1})); });
    while (store.appends == 0) std::this_thread::yield();
    for (int i = 2; i < 200; ++i) CHECK(handle<account>(store, "A-" + std::to_string(i), deposit{1}));
    others_done.set_value();
}

TEST_CASE("a command that handles another one while it decides does not wait for itself")
{
    hooked_store store;
    CHECK(handle<ordering>(store, "A-1", order{&store, "A-1"}).value().version.number == 2);
    CHECK(handle<ordering>(store, "A-1", order{&store, "A-2"}).value().version.number == 3);
    CHECK(handle<ordering>(store, "A-3", order{&store, "A-3", true}).value().version.number == 2);
}

TEST_CASE("two commands that handle each other's streams while they decide both end")
{
    hooked_store store;
    const auto often = [&](const std::string& key, const std::string& other) {
        return std::jthread([&store, key, other] {
            for (int i = 0; i < 50; ++i) CHECK(handle<ordering>(store, key, order{&store, other}));
        });
    };
    {
        const auto one = often("A-1", "A-2"), two = often("A-2", "A-1");
    }
    CHECK(store.read(a1, {}).size() == 100);
}
