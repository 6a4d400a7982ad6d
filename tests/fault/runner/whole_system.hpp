// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/checked.hpp>
#include <tests/fault/runner/member.hpp>
#include <tests/fault/runner/planted_bug.hpp>
#include <tests/fault/runner/servers.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace annals::fault_runs {

/// The processes that work together, and what operators ask of them. One thread uses it.
class whole_system {
public:
    /// Creates schema, category and read models, and starts everything but appenders. `folder`: for notes.
    whole_system(servers&, std::string folder, std::uint64_t seed, const planted_bug* planted);
    ~whole_system();
    whole_system(const whole_system&) = delete;
    auto operator=(const whole_system&) -> whole_system& = delete;

    void begin_to_append(int generation);
    /// Asks the appenders to end, and waits for that.
    void end_appending(checked& to);

    /// A member of that kind that runs, or null; `choice` says which of several.
    auto find(role, std::uint32_t choice) -> member*;
    /// Starts those again that ended since no server was there at their start. Nothing else ends by itself.
    void look_after(checked& to);
    void let_all_go_on();
    /// What it calls sees no publisher at work: they are stopped for that long.
    void without_publishers(const std::function<void()>&);

    /// A command of an operator, which nobody waits for; false when there are many already.
    auto ask(std::vector<std::string> words) -> bool;
    /// Waits for all of them.
    void await_commands(checked& to);
    /// The same with an answer.
    auto run(const std::vector<std::string>& words) -> tests::outcome;

    /// Begins to rebuild a read model in a process of its own; false while another one is rebuilt.
    auto rebuild(const std::vector<std::string>& words) -> bool;
    auto kill_builder() -> bool;
    /// Repeats the commands of rebuilds that were killed or met a fault, until they succeed.
    void finish_rebuilds(checked& to);

    /// The read models that are registered and live.
    auto registered() -> std::set<std::string>;
    auto second_version() const -> std::string { return folder_ + "/fault_totals_2.sql"; }

    /// Writes what every process has said into the folder.
    void keep_logs();

private:
    void create();
    void start(role, std::vector<std::string> command);
    void note_builder(checked& to);
    void plant(const planted_bug&);

    servers& servers_;
    const std::string folder_;
    const std::uint64_t seed_;
    const std::map<std::string, std::string> environment_;
    std::string preloaded_, producer_;
    std::vector<std::unique_ptr<member>> members_;
    std::vector<std::unique_ptr<tests::child>> commands_;
    std::unique_ptr<member> builder_;
    std::vector<std::string> building_;      ///< the words of its command
    std::vector<std::vector<std::string>> unfinished_;
    bool was_killed_ = false;                ///< the builder, by us
};

}  // namespace annals::fault_runs
