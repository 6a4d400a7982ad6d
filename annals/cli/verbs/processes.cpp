// SPDX-License-Identifier: Apache-2.0
#include <annals/app/joined.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/operations/presence.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

auto joined_or_dash(const std::vector<std::string>& words) -> std::string
{
    return words.empty() ? "-" : app::joined(words);
}

auto subjects(const operations::process_row& row) -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (const auto& one : row.knows) all.push_back(one.name + " " + std::to_string(one.version));
    return all;
}

auto state_of(const operations::process_row& row, eventstore::timestamp now) -> std::string
{
    if (row.stopped_at) return "stopped";
    return row.is_alive(now) ? "alive" : "lost";
}

}  // namespace

void add_processes(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("processes", "which processes run, and what they know")->group(group::processes);
    auto all = std::make_shared<bool>(false);
    verb->add_flag("--all", *all, "those of the last week that have stopped, too");
    session.runs(*verb, [&session, all] {
        libpq::connection log(session.configuration().dsn());
        table lines({"program", "version", "host", "pid", "state", "seconds_ago", "started_at", "runs", "knows"});
        const auto processes = operations::read_processes(log);
        for (const auto& row : processes.rows) {
            if (row.stopped_at && !*all) continue;
            const std::chrono::duration<double> ago = processes.now - row.seen_at;
            lines.add({row.program, row.version, row.host, json_text{std::to_string(row.pid)},
                       state_of(row, processes.now), ago.count(), eventstore::to_string(row.started_at),
                       joined_or_dash(row.parts), joined_or_dash(subjects(row))});
        }
        if (lines.empty()) session.terminal().note("no process runs: start one with `" + session.program() + " run`");
        else session.terminal().print(lines);
        return exit_code::done;
    });
}

}  // namespace annals::cli
