// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/at_least.hpp>
#include <annals/cli/saga_reference.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/terminal/duration_text.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <iterator>

namespace annals::cli {
namespace {

struct options {
    operations::saga_selection wanted;
    bool all = false, active = false, failed = false;
};

/// Those that did not do what they were for. Cancelling one is no failure.
const std::vector<std::string> failed_statuses{"parked", "compensated", "timed_out", "failed"};

auto list(session& session, options given) -> exit_code
{
    operations::saga_table stored(session.configuration().dsn());
    auto& statuses = given.wanted.statuses;
    if (!given.wanted.type.empty()) check_saga_type(session, stored, given.wanted.type);
    const bool is_said = given.all || given.failed || !statuses.empty();
    if (given.failed) std::ranges::copy(failed_statuses, std::back_inserter(statuses));
    if (given.active || !is_said) std::ranges::copy(operations::active_statuses(), std::back_inserter(statuses));
    if (given.all) statuses.clear();
    const auto found = stored.list(given.wanted);
    const bool is_json = session.terminal().is_json();
    table lines(
        {"saga_type", "saga_id", "status", "current_steps", "started_at", is_json ? "seconds" : "age", "error"});
    for (const auto& one : found) {
        const auto seconds = std::chrono::duration<double>(one.age()).count();
        lines.add({one.type, one.id, one.status, one.current_steps, eventstore::to_string(one.started_at),
                   is_json ? cell(seconds) : cell(age_text(seconds)), cell_of(one.error)});
    }
    if (!lines.empty()) session.terminal().print(lines);
    else if (is_said) session.terminal().note("there are no such sagas");
    else session.terminal().note("no saga is active; --all shows those that are over");
    if (std::ssize(found) == given.wanted.limit) session.terminal().note("there may be more: --limit");
    return exit_code::done;
}

auto all_statuses() -> std::vector<std::string>
{
    auto all = operations::active_statuses();
    std::ranges::copy(operations::ended_statuses(), std::back_inserter(all));
    return all;
}

}  // namespace

void add_saga_list(CLI::App& group, session& session)
{
    auto* verb = group.add_subcommand("list", "sagas, the newest first: their status, current steps and age");
    auto given = std::make_shared<options>();
    add_type(*verb, given->wanted.type, "only sagas of this type");
    verb->add_option("--status", given->wanted.statuses, "only those: running, parked, completed, … (also several)")
        ->type_name("STATUS")
        ->check(CLI::IsMember(all_statuses()).description(""));
    verb->add_flag("--active", given->active, "those that are not over; so it is when nothing is said");
    verb->add_flag("--failed", given->failed, "parked ones, and those that were compensated, timed out or failed");
    verb->add_flag("--all", given->all, "those that are over, too")->excludes("--status");
    verb->add_option("--limit", given->wanted.limit, "at most this many")->capture_default_str()->check(at_least(1));
    verb->footer(
        "First those that are not over; then the others, the one that ended last first. AGE: since its start;\n"
        "of one that is over, how long it took. In SQL: annals.saga_states and annals.saga_steps.");
    session.runs(*verb, [&session, given] { return list(session, *given); });
}

}  // namespace annals::cli
