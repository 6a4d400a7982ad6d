// SPDX-License-Identifier: Apache-2.0
#include <annals/app/with_separators.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/duration_argument.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/saga_reference.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/terminal/duration_text.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>
#include <annals/operations/saga_cleaning.hpp>
#include <annals/operations/stuck_sagas.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

struct stuck_options {
    std::chrono::milliseconds older_than = std::chrono::minutes{5};
    std::int64_t limit = 100;
};

auto show_stuck(session& session, const stuck_options& given) -> exit_code
{
    libpq::connection log(session.configuration().dsn(), "sagas");
    const operations::saga_runners runners(log);
    const auto found = operations::find_stuck_sagas(log, runners, session.program(), given.older_than, given.limit);
    const bool is_json = session.terminal().is_json();
    table lines(
        {"saga_type", "saga_id", "status", "current_steps", is_json ? "seconds" : "nothing_for", "reason", "to_do"});
    for (const auto& one : found) {
        const auto seconds = std::chrono::duration<double>(one.seen_at - one.changed_at).count();
        lines.add({one.type, one.id, one.status, one.current_steps,
                   is_json ? cell(seconds) : cell(duration_text(seconds)), one.reason, one.to_do});
    }
    if (found.empty()) {
        session.terminal().note("no saga is stuck");
        return exit_code::done;
    }
    session.terminal().print(lines);
    if (std::ssize(found) == given.limit) session.terminal().note("there may be more: --limit");
    return exit_code::found;
}

struct clean_options {
    operations::old_sagas wanted{.over_for = std::chrono::days{30}};
    std::string reason;
    bool dry_run = false;
};

auto clean(session& session, const clean_options& given) -> exit_code
{
    const auto& dsn = session.configuration().dsn();
    if (!given.wanted.type.empty()) {
        operations::saga_table stored(dsn);
        check_saga_type(session, stored, given.wanted.type);
    }
    libpq::connection log(dsn, "sagas");
    std::int64_t sagas = 0;
    if (given.dry_run) {
        sagas = operations::count_old_sagas(log, given.wanted);
    } else {
        operations::job wanted;
        wanted.verb = "clean sagas";
        wanted.subject = given.wanted.type;
        wanted.reason = given.reason;
        do_on_record(session, wanted, [&] {
            sagas = operations::remove_old_sagas(log, given.wanted);
            return "removed the rows of " + std::to_string(sagas) + " sagas";
        });
    }
    table line({"sagas", "removed"});
    line.add({sagas, !given.dry_run});
    const auto& terminal = session.terminal();
    if (terminal.is_json()) terminal.print(line);
    else
        terminal.print(app::with_separators(sagas) + (sagas == 1 ? " saga that is over " : " sagas that are over ")
                       + (given.dry_run ? "would be removed\n" : "removed\n"));
    return exit_code::done;
}

}  // namespace

void add_saga_stuck(CLI::App& group, session& session)
{
    auto* verb = group.add_subcommand("stuck", "sagas that do not go on by themselves, why, and what to do");
    auto given = std::make_shared<stuck_options>();
    add_duration(*verb, "--older-than", given->older_than, "in which nothing happened for so long");
    verb->add_option("--limit", given->limit, "at most this many")->capture_default_str()->check(at_least(1));
    verb->footer("Parked ones, at once; and those in which something should have happened: that nobody has\n"
                 "begun, whose time has come, whose step could begin, whose requests nobody answers. Exit code 3\n"
                 "when there is one.");
    session.runs(*verb, [&session, given] { return show_stuck(session, *given); });
}

void add_saga_clean(CLI::App& group, session& session)
{
    auto* verb = group.add_subcommand("clean", "remove the rows of sagas that are over; their streams stay");
    auto given = std::make_shared<clean_options>();
    add_duration(*verb, "--older-than", given->wanted.over_for, "that ended so long ago");
    add_type(*verb, given->wanted.type, "only sagas of this type");
    verb->add_option("--reason", given->reason, "why, for people");
    verb->add_flag("--dry-run", given->dry_run, "count them, and change nothing");
    verb->footer("A process does so by itself, for those that ended `sagas.days` ago. `sagas history` still finds\n"
                 "them.");
    session.runs(*verb, [&session, given] { return clean(session, *given); });
}

}  // namespace annals::cli
