// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/operations/presence.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

auto subjects(const operations::process_row& row, bool as_json) -> cell
{
    if (as_json) return json_text{operations::to_json(row.knows)};
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
    verb->add_flag("--all", *all, "those of the last week that have stopped or were replaced, too");
    session.runs(*verb, [&session, all] {
        libpq::connection log(session.configuration().dsn());
        table lines({"program", "version", "host", "pid", "state", "seconds_ago", "started_at", "runs", "knows"});
        const auto processes = operations::read_processes(log);
        for (const auto& row : processes.rows) {
            const bool is_over = row.stopped_at || (!row.is_alive(processes.now) && processes.is_replaced(row));
            if (is_over && !*all) continue;
            const std::chrono::duration<double> ago = processes.now - row.seen_at;
            lines.add({row.program, row.version, row.host, json_text{std::to_string(row.pid)},
                       state_of(row, processes.now), ago.count(), eventstore::to_string(row.started_at), row.parts,
                       subjects(row, session.terminal().is_json())});
        }
        if (lines.empty()) session.terminal().note("no process runs: start one with `" + session.program() + " run`");
        else session.terminal().print(lines);
        return exit_code::done;
    });
}

}  // namespace annals::cli
