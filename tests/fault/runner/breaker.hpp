// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/report.hpp>
#include <tests/fault/runner/schedule.hpp>
#include <tests/fault/runner/servers.hpp>
#include <tests/fault/runner/whole_system.hpp>

#include <functional>
#include <future>
#include <map>
#include <utility>
#include <vector>

namespace annals::fault_runs {

/// Does what a schedule says, and undoes it when its time is over. What is not possible just then, such as to kill a
/// builder when nothing is built, is left out and not counted.
class breaker {
public:
    using clock = std::chrono::steady_clock;

    breaker(servers&, whole_system&, const small_disk&, report&);
    ~breaker();
    breaker(const breaker&) = delete;
    auto operator=(const breaker&) -> breaker& = delete;

    void begin(const planned_fault&);
    void undo_what_is_over();
    /// Everything is whole again afterwards: servers, connections, processes.
    void undo_all();

    /// Whether the topic was deleted, or may have been, since this was asked last.
    auto has_deleted_topic() -> bool { return std::exchange(has_deleted_topic_, false); }

private:
    /// Empty: it was not possible.
    using undo = std::function<void()>;

    auto perform(const planned_fault&) -> undo;
    auto kill(role, const planned_fault&) -> undo;
    auto stop(role, const planned_fault&) -> undo;
    auto break_server(const planned_fault&) -> undo;
    auto break_connections(const planned_fault&) -> undo;
    auto fill_disk() -> undo;
    auto act(const planned_fault&) -> undo;
    auto swap_versions() -> undo;
    auto end_sessions(const planned_fault&) -> undo;
    auto harm_topic(const planned_fault&) -> undo;
    void count_harmed_topics(bool waits);

    servers& servers_;
    whole_system& system_;
    const small_disk& disk_;
    report& report_;
    bool has_deleted_topic_ = false;
    std::multimap<clock::time_point, undo> under_way_;
    std::vector<std::pair<fault, std::future<bool>>> topics_;   ///< asked for, and not answered yet
};

}  // namespace annals::fault_runs
