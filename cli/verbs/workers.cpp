// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <cli/joined.hpp>
#include <cli/presence.hpp>
#include <cli/session.hpp>
#include <cli/verbs/verbs.hpp>
#include <eventstore/postgres/connection.hpp>

namespace annals::cli {
namespace {

auto joined_or_dash(const std::vector<std::string>& words) -> std::string
{
    return words.empty() ? "-" : joined(words);
}

auto subjects(const worker_row& row) -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (const auto& one : row.knows) all.push_back(one.name + " " + std::to_string(one.version));
    return all;
}

auto state_of(const worker_row& row, eventstore::timestamp now) -> std::string
{
    if (row.stopped_at) return "stopped";
    return row.is_alive(now) ? "alive" : "lost";
}

}  // namespace

void add_workers(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("workers", "which processes run, and what they know")->group(group::processes);
    auto all = std::make_shared<bool>(false);
    verb->add_flag("--all", *all, "those of the last week that have stopped, too");
    session.runs(*verb, [&session, all] {
        eventstore::postgres::connection log(session.configuration().dsn());
        table lines({"program", "version", "host", "pid", "state", "seconds_ago", "started_at", "runs", "knows"});
        const auto workers = read_workers(log);
        for (const auto& row : workers.rows) {
            if (row.stopped_at && !*all) continue;
            const std::chrono::duration<double> ago = workers.now - row.seen_at;
            lines.add({row.program, row.version, row.host, json_text{std::to_string(row.pid)},
                       state_of(row, workers.now), ago.count(), eventstore::to_string(row.started_at),
                       joined_or_dash(row.parts), joined_or_dash(subjects(row))});
        }
        if (lines.empty()) session.terminal().note("no process runs: start one with `" + session.program() + " run`");
        else session.terminal().print(lines);
        return exit_code::done;
    });
}

}  // namespace annals::cli
