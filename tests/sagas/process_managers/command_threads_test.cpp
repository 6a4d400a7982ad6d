// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/command_threads.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <map>

using namespace annals::sagas;
using namespace std::chrono_literals;
using result = carried::result;

namespace {

auto command(std::int64_t id, std::string target) -> due_command
{
    due_command one;
    one.id = id;
    one.target = {"parcel", std::move(target)};
    return one;
}

/// What came of commands, as they came; `act` says what one comes to.
struct threads_bench {
    std::function<result(const due_command&)> act = [](const due_command&) { return result::done; };
    std::atomic<bool> may_go_on = true;
    annals::libpq::event_fd wakes;
    std::vector<carried> came;

    void run(std::size_t threads, std::vector<due_command> commands)
    {
        const auto count = commands.size();
        command_threads all(
            threads,
            [this](due_command one) {
                const auto came_to = act(one);
                return carried{.command = std::move(one), .came_to = came_to};
            },
            [this] { return may_go_on.load(); }, wakes);
        all.hand_out(std::move(commands));
        REQUIRE(annals::tests::waited_until(10s, [&] {
            for (auto& one : all.take_results()) came.push_back(std::move(one));
            return came.size() == count;
        }));
    }
    auto ids_of(const std::string& target, std::optional<result> came_to = {}) const -> std::vector<std::int64_t>
    {
        std::vector<std::int64_t> ids;
        for (const auto& one : came)
            if (one.command.target.key == target && (!came_to || one.came_to == *came_to))
                ids.push_back(one.command.id);
        return ids;
    }
};

}  // namespace

TEST_CASE_FIXTURE(threads_bench, "commands of one target come in their order, and the last one is marked")
{
    std::vector<due_command> commands;
    for (int i = 0; i < 300; ++i) commands.push_back(command(i, "P-" + std::to_string(i % 3)));
    act = [](const due_command& one) {
        if (one.id % 7 == 0) std::this_thread::yield();
        return one.id % 5 == 0 ? result::refused : result::done;
    };
    run(8, std::move(commands));
    for (int target = 0; target < 3; ++target) {
        const auto ids = ids_of("P-" + std::to_string(target));
        REQUIRE(ids.size() == 100);
        for (std::size_t i = 0; i < ids.size(); ++i) CHECK(ids[i] == target + 3 * static_cast<std::int64_t>(i));
    }
    for (const auto& one : came) CHECK(one.is_last == (one.command.id >= 297));
}

TEST_CASE_FIXTURE(threads_bench, "after a failure the rest of a target is left, and other targets go on")
{
    act = [](const due_command& one) { return one.id == 2 ? result::failed : result::done; };
    run(2, {command(1, "P-1"), command(2, "P-1"), command(3, "P-1"), command(4, "P-2")});
    CHECK(ids_of("P-1", result::done) == std::vector<std::int64_t>{1});
    CHECK(ids_of("P-1", result::failed) == std::vector<std::int64_t>{2});
    CHECK(ids_of("P-1", result::left) == std::vector<std::int64_t>{3});
    CHECK(ids_of("P-2", result::done) == std::vector<std::int64_t>{4});
}

TEST_CASE_FIXTURE(threads_bench, "one slow command delays no other target")
{
    std::atomic<bool> slow_may_end = false;
    std::atomic<int> others = 0;
    act = [&](const due_command& one) {
        if (one.target.key == "slow") slow_may_end.wait(false);
        else if (++others == 10) {
            slow_may_end = true;
            slow_may_end.notify_all();
        }
        return result::done;
    };
    std::vector<due_command> commands{command(0, "slow")};
    for (int i = 1; i <= 10; ++i) commands.push_back(command(i, "P-" + std::to_string(i)));
    run(2, std::move(commands));
    CHECK(came.back().command.target.key == "slow");
}

TEST_CASE_FIXTURE(threads_bench, "nothing is begun when it may not go on")
{
    may_go_on = false;
    act = [](const due_command&) -> result { throw std::logic_error("it was begun"); };
    run(2, {command(1, "P-1"), command(2, "P-2")});
    CHECK(ids_of("P-1", result::left).size() == 1);
    CHECK(ids_of("P-2", result::left).size() == 1);
}
