// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/command_threads.hpp>

#include <map>
#include <utility>

namespace annals::sagas {

using result = carried::result;

command_threads::command_threads(std::size_t count, std::function<carried(due_command)> carry_out,
                                 std::function<bool()> may_go_on, libpq::event_fd& wakes)
    : carry_out_(std::move(carry_out)), may_go_on_(std::move(may_go_on)), result_(wakes)
{
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { run(); });
}

command_threads::~command_threads() { finish(); }

void command_threads::hand_out(std::vector<due_command> all)
{
    std::map<eventstore::stream_id, std::size_t> places;
    std::deque<commands_of_target> targets;  // in the order of their first commands
    for (auto& one : all) {
        const auto [place, is_new] = places.try_emplace(one.target, targets.size());
        if (is_new) targets.emplace_back();
        targets[place->second].push_back(std::move(one));
    }
    const std::scoped_lock lock(mutex_);
    for (auto& one : targets) waiting_.push_back(std::move(one));
    changed_.notify_all();
}

auto command_threads::take_results() -> std::vector<carried>
{
    const std::scoped_lock lock(mutex_);
    return std::exchange(results_, {});
}

void command_threads::finish()
{
    {
        const std::scoped_lock lock(mutex_);
        ends_ = true;
        changed_.notify_all();
    }
    threads_.clear();
}

void command_threads::run()
{
    for (auto commands = next(); !commands.empty(); commands = next()) carry_out_all(std::move(commands));
}

/// Empty: at the end.
auto command_threads::next() -> commands_of_target
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
    if (ends_) return {};
    auto commands = std::move(waiting_.front());
    waiting_.pop_front();
    return commands;
}

void command_threads::carry_out_all(commands_of_target commands)
{
    bool goes_on = true;
    for (auto& one : commands) {
        const bool is_last = &one == &commands.back();
        auto came_to = goes_on && !is_ended() ? attempt(std::move(one)) : carried{std::move(one), result::left};
        goes_on = goes_on && (came_to.came_to == result::done || came_to.came_to == result::refused);
        came_to.is_last = is_last;
        const std::scoped_lock lock(mutex_);
        results_.push_back(std::move(came_to));
        result_.set();
    }
}

auto command_threads::attempt(due_command one) -> carried
{
    if (!may_go_on_()) return {std::move(one), result::left};
    return carry_out_(std::move(one));
}

auto command_threads::is_ended() -> bool
{
    const std::scoped_lock lock(mutex_);
    return ends_;
}

}  // namespace annals::sagas
