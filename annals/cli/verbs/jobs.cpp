// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/at_least.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/operations/job_table.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

auto time_or_nothing(const std::optional<eventstore::timestamp>& time) -> cell
{
    return time ? cell{eventstore::to_string(*time)} : cell{};
}

void show(const session& session, const std::vector<operations::job>& jobs)
{
    table lines({"job", "state", "verb", "subject", "asked_by", "asked_at", "taken_by", "finished_at", "reason",
                 "message", "arguments"});
    for (const auto& one : jobs)
        lines.add({one.number, one.state, one.verb, one.subject, one.asked_by, eventstore::to_string(one.asked_at),
                   cell_of(one.taken_by), time_or_nothing(one.finished_at), cell_of(one.reason),
                   cell_of(one.is_open() ? one.progress : one.message),
                   one.arguments == "{}" ? cell{} : cell{json_text{one.arguments}}});
    if (jobs.empty()) session.terminal().note("there are no jobs");
    else session.terminal().print(lines);
}

[[noreturn]] void refuse_unknown(const session& session, std::int64_t number)
{
    throw failure("there is no job " + std::to_string(number),
                  "`" + session.program() + " jobs list --all` shows them");
}

void add_list(CLI::App& jobs, session& session)
{
    auto* verb = jobs.add_subcommand("list", "jobs that are not finished");
    auto all = std::make_shared<bool>(false);
    auto limit = std::make_shared<int>(100);
    verb->add_flag("--all", *all, "finished ones too: the record of what was asked");
    verb->add_option("--limit", *limit, "at most this many, the newest first")->type_name("N")->check(at_least(1));
    session.runs(*verb, [&session, all, limit] {
        operations::job_table stored(session.configuration().dsn());
        show(session, stored.list(!*all, *limit));
        return exit_code::done;
    });
}

auto add_number(CLI::App& verb) -> std::shared_ptr<std::int64_t>
{
    auto number = std::make_shared<std::int64_t>(0);
    verb.add_option("JOB", *number, "its number")->required()->check(at_least(1));
    return number;
}

void add_show(CLI::App& jobs, session& session)
{
    auto* verb = jobs.add_subcommand("show", "one job");
    const auto number = add_number(*verb);
    session.runs(*verb, [&session, number] {
        operations::job_table stored(session.configuration().dsn());
        const auto found = stored.find(*number);
        if (!found) refuse_unknown(session, *number);
        show(session, {*found});
        return exit_code::done;
    });
}

void add_cancel(CLI::App& jobs, session& session)
{
    auto* verb = jobs.add_subcommand("cancel", "cancel a job that is not finished");
    const auto number = add_number(*verb);
    session.runs(*verb, [&session, number] {
        operations::job_table stored(session.configuration().dsn());
        if (!stored.find(*number)) refuse_unknown(session, *number);
        if (!stored.cancel(*number)) throw failure("job " + std::to_string(*number) + " is finished already");
        session.terminal().note("job " + std::to_string(*number) + " is cancelled");
        return exit_code::done;
    });
}

}  // namespace

void add_jobs(CLI::App& app, session& session)
{
    auto* jobs = app.add_subcommand("jobs", "operators' requests, by whom and why")->group(group::processes);
    jobs->require_subcommand(1);
    add_list(*jobs, session);
    add_show(*jobs, session);
    add_cancel(*jobs, session);
}

}  // namespace annals::cli
