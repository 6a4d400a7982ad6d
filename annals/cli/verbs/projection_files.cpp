// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/verbs/projection_files.hpp>

#include <annals/app/suggestion.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/terminal/text_width.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/operations/projection_proposals.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/check.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <set>
#include <sstream>

namespace annals::cli {
namespace {

namespace registry = projections::registry;

auto model(const session& session) -> pqxx::connection
{
    return processors::open_model_connection(session.configuration().read_dsn(), "projections");
}

void say(const session& session, const processors::processor_id& id, registry::outcome outcome,
         const std::string& names)
{
    const auto& terminal = session.terminal();
    const auto what = id.name + " version " + std::to_string(id.version);
    if (terminal.is_json()) {
        const auto* word = outcome == registry::outcome::created     ? "created"
                           : outcome == registry::outcome::unchanged ? "unchanged"
                                                                     : "waiting";
        table rows({"name", "version", "outcome"});
        rows.add({id.name, id.version, std::string(word)});
        return terminal.print(rows);
    }
    if (outcome == registry::outcome::created) terminal.print(what + " is live: " + names + "\n");
    if (outcome == registry::outcome::unchanged) terminal.print(what + " is live already: unchanged\n");
    if (outcome == registry::outcome::waiting)
        terminal.print(
            what + " is registered, and waits: an older version is live and stays so. To build it and make it live: "
            + session.program() + " projections rebuild " + id.name + "\n");
}

auto apply_files(session& session, const std::vector<std::string>& paths) -> exit_code
{
    std::vector<projections::sql_file> files;
    for (const auto& path : paths) files.push_back(projections::read_sql_file(path));
    auto connection = model(session);
    for (const auto& file : files) {
        const auto outcome = registry::apply(connection, file.definition());
        pqxx::nontransaction tx(connection);
        say(session, file.id, outcome, operations::names_in_read(tx, registry::find(tx, file.id)->shows));
    }
    return exit_code::done;
}

/// How many events to try, and how many rows of what they make to show.
struct trial_size {
    std::size_t events = 1000, rows_max = 5;
};

/// What trying one file showed.
struct trial {
    projections::sql_file file;
    std::vector<eventstore::recorded_event> sample;
    projections::trial_result result;
    std::vector<projections::unseen_type> unseen;
    std::vector<projections::clock_word> clocks;
};

auto try_file(session& session, pqxx::connection& connection, const std::string& path, const trial_size& size) -> trial
{
    trial of{.file = projections::read_sql_file(path), .sample = {}, .result = {}, .unseen = {}, .clocks = {}};
    of.sample = projections::sample_of(session.store(), of.file.categories, size.events);
    of.result = projections::check(connection, of.file, of.sample, size.rows_max);
    of.unseen = projections::unseen_types(of.file, of.sample);
    of.clocks = projections::clock_words(of.file);
    return of;
}

/// Types that are mistyped make no error: their block never runs.
void warn_of_unseen(const session& session, const trial& of)
{
    std::set<std::string> types;
    for (const auto& event : of.sample) types.insert(event.type);
    for (const auto& [name, line] : of.unseen) {
        const auto near = app::nearest(name, {types.begin(), types.end()});
        const auto hint = near ? "; did you mean \"" + *near + "\"?" : std::string();
        session.terminal().warn(of.file.path + ":" + std::to_string(line) + ": no event that was tried has the type \""
                                + name + "\"" + hint);
    }
}

/// What does not change the rows of the sample, but may change others.
void warn(const session& session, const trial& of)
{
    const auto& path = of.file.path;
    if (of.sample.empty())
        session.terminal().warn(path + ": no event of its categories is stored; only its SQL was checked");
    else warn_of_unseen(session, of);
    for (const auto& [word, line] : of.clocks)
        session.terminal().warn(path + ":" + std::to_string(line) + ": " + word
                                + " is the time at which the block runs: a rebuild gives another; use occurred_at");
    for (const auto& view : of.result.views)
        session.terminal().warn(path + ": the rows of the view " + view
                                + " depend on the time zone or the date style of the session that asks; write for "
                                  "example occurred_at at time zone 'UTC'");
}

auto milliseconds(std::chrono::microseconds time) -> double
{
    return std::chrono::duration<double, std::milli>(time).count();
}

/// The rows that the events made, for programs.
auto as_json(const std::vector<projections::made_table>& made) -> json_text
{
    auto all = eventstore::json::array();
    for (const auto& one : made) {
        auto rows = eventstore::json::array();
        for (const auto& row : one.first) {
            auto& values = rows.emplace_back(eventstore::json::array());
            for (const auto& value : row) values.push_back(value ? eventstore::json(*value) : eventstore::json());
        }
        all.push_back({{"table", one.name}, {"rows", one.rows}, {"columns", one.columns}, {"first", rows}});
    }
    return {all.dump()};
}

/// The same for people, with the time that it took.
void show_made(const session& session, const trial& of)
{
    const auto& terminal = session.terminal();
    const auto in_milliseconds = [](std::chrono::microseconds time) {
        const auto tenths = time.count() / 100;
        return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
    };
    terminal.print("  together in " + in_milliseconds(of.result.took) + "\n");
    if (const auto& slowest = of.result.slowest) {
        terminal.print("  the slowest " + std::string(slowest->is_block ? "block" : "statement") + " is at line "
                       + std::to_string(slowest->line) + ": " + in_milliseconds(slowest->took) + "\n");
        std::istringstream plan(slowest->plan);
        for (std::string line; std::getline(plan, line);) terminal.print("    " + printable(line) + "\n");
    }
    for (const auto& one : of.result.made) {
        terminal.print("\n" + printable(one.name) + ", " + app::with_separators(one.rows)
                       + (one.rows == 1 ? " row" : " rows") + (one.first.empty() ? "\n" : ":\n"));
        if (one.first.empty()) continue;
        std::vector<std::string> names;
        for (const auto& column : one.columns) names.push_back(printable(column));
        table rows(std::move(names));
        for (const auto& row : one.first) {
            std::vector<cell> cells;
            for (const auto& value : row) cells.push_back(value ? cell(*value) : cell{});
            rows.add(std::move(cells));
        }
        terminal.print(rows);
    }
}

void show_check(const session& session, const trial& of)
{
    const auto& terminal = session.terminal();
    const auto tried = static_cast<std::int64_t>(of.sample.size());
    const auto& found = of.result.rows;
    if (terminal.is_json()) {
        table rows({"file", "events", "same_rows", "depends_on", "table", "one_by_one", "at_once", "unseen_types",
                    "clock_words", "views_of_session", "milliseconds", "slowest_line", "slowest_milliseconds",
                    "slowest_plan", "made"});
        const auto different = found.value_or(projections::difference{});
        auto unseen = eventstore::json::array(), clocks = unseen;
        for (const auto& type : of.unseen) unseen.push_back(type.name);
        for (const auto& [word, line] : of.clocks) clocks.push_back({{"word", word}, {"line", line}});
        rows.add({of.file.path, tried, !found, cell_of(found ? to_string(different.depends_on) : ""),
                  cell_of(different.table), cell_of(different.one_by_one), cell_of(different.at_once),
                  json_text{unseen.dump()}, json_text{clocks.dump()},
                  json_text{eventstore::json(of.result.views).dump()}, milliseconds(of.result.took),
                  of.result.slowest ? cell(std::int64_t{of.result.slowest->line}) : cell{},
                  of.result.slowest ? cell(milliseconds(of.result.slowest->took)) : cell{},
                  cell_of(of.result.slowest ? of.result.slowest->plan : ""), as_json(of.result.made)});
        return terminal.print(rows);
    }
    terminal.print(of.file.path + ": " + app::with_separators(tried)
                   + " events one by one and together: " + (found ? to_string(*found) : "the same rows") + "\n");
    if (!of.sample.empty()) show_made(session, of);
}

auto check_files(session& session, const std::vector<std::string>& paths, const trial_size& size) -> exit_code
{
    auto connection = model(session);
    auto code = exit_code::done;
    for (const auto& path : paths) {
        const auto of = try_file(session, connection, path, size);
        show_check(session, of);
        warn(session, of);
        if (!of.result.rows) continue;
        code = exit_code::found;
        session.terminal().note("a rebuild would give other rows: " + advice_for(of.result.rows->depends_on));
    }
    return code;
}

/// Tried before, so that nobody is asked for a file that cannot be applied.
auto propose_files(session& session, const std::vector<std::string>& paths, const std::string& reason) -> exit_code
{
    std::vector<projections::sql_file> files;
    {
        auto connection = model(session);
        for (const auto& path : paths) {
            files.push_back(projections::read_sql_file(path));
            projections::check(connection, files.back(), {});
        }
    }
    table rows({"job", "projection", "version"});
    for (const auto& file : files)
        rows.add({operations::propose(session.configuration().dsn(), file, reason), file.id.name, file.id.version});
    session.terminal().print(rows);
    session.terminal().note("an owner applies a proposal: " + session.program() + " projections accept JOB");
    return exit_code::done;
}

auto find_proposal(const session& session, std::int64_t job) -> operations::proposal
{
    for (auto& one : operations::read_proposals(session.configuration().dsn()))
        if (one.what.number == job) return std::move(one);
    throw failure("there is no proposal " + std::to_string(job),
                  "`" + session.program() + " projections proposals` shows those there are");
}

auto show_proposals(session& session, std::int64_t job) -> exit_code
{
    const auto& terminal = session.terminal();
    if (job != 0 && !terminal.is_json()) {
        terminal.print(find_proposal(session, job).text);
        return exit_code::done;
    }
    table rows({"job", "state", "projection", "asked_by", "asked_at", "reason", "message"});
    if (terminal.is_json())
        rows = table({"job", "state", "projection", "asked_by", "asked_at", "reason", "message", "text"});
    const auto add = [&](const operations::proposal& one) {
        std::vector<cell> row{one.what.number,
                              one.what.state,
                              one.what.subject,
                              one.what.asked_by,
                              eventstore::to_string(one.what.asked_at),
                              cell_of(one.what.reason),
                              cell_of(one.what.message)};
        if (terminal.is_json()) row.emplace_back(one.text);
        rows.add(row);
    };
    if (job != 0) add(find_proposal(session, job));
    else std::ranges::for_each(operations::read_proposals(session.configuration().dsn()), add);
    terminal.print(rows);
    if (rows.empty()) terminal.note("nothing is proposed");
    return exit_code::done;
}

auto accept(session& session, std::int64_t number) -> exit_code
{
    const auto& settings = session.configuration();
    const auto wanted = find_proposal(session, number);
    operations::job_table jobs(settings.dsn());
    const auto taken = jobs.take(eventstore::new_uuid(), {operations::apply_projection}, number);
    if (!taken) throw failure("the proposal " + std::to_string(number) + " is " + wanted.what.state + " already");
    operations::carry_out(jobs, *taken, operations::applying(settings.read_dsn(), wanted.text));
    return finished(session, *jobs.find(number));
}

struct arguments {
    std::vector<std::string> files;
    std::string reason;
    trial_size size = {};
    std::int64_t job = 0;
};

void add_files(CLI::App& verb, arguments& given)
{
    verb.add_option("FILE", given.files, "SQL projection files")->required();
}

void add_proposals(CLI::App& group, session& session)
{
    auto given = std::make_shared<arguments>();
    auto* verb = group.add_subcommand("propose", "ask an owner to apply SQL projections");
    add_files(*verb, *given);
    verb->add_option("--reason", given->reason, "why, for people");
    verb->footer("For analysts, who may not apply files. Each file is tried first, without events.");
    session.runs(*verb, [&session, given] { return propose_files(session, given->files, given->reason); });

    verb = group.add_subcommand("proposals", "what was proposed, or the text of one");
    verb->add_option("JOB", given->job, "its number: shows the text that would be applied")->check(at_least(1));
    session.runs(*verb, [&session, given] { return show_proposals(session, given->job); });

    verb = group.add_subcommand("accept", "apply what was proposed");
    verb->add_option("JOB", given->job, "its number")->required()->check(at_least(1));
    verb->footer("Read it first: who selects from a view runs the functions in it.\n"
                 "To refuse it: annals jobs cancel JOB");
    session.runs(*verb, [&session, given] { return accept(session, given->job); });
}

}  // namespace

void add_projection_files(CLI::App& group, session& session)
{
    auto given = std::make_shared<arguments>();
    auto* verb = group.add_subcommand("apply", "register SQL projections; each file all or nothing");
    add_files(*verb, *given);
    session.runs(*verb, [&session, given] { return apply_files(session, given->files); });

    verb = group.add_subcommand("check", "try files on stored events, and undo everything");
    add_files(*verb, *given);
    verb->add_option("--events", given->size.events, "how many events to try, over all logs")
        ->capture_default_str()
        ->check(at_least(1));
    verb->add_option("--rows", given->size.rows_max, "how many rows of each table to show")->capture_default_str();
    verb->footer("Exit code 3 when rows depend on where batches are cut, or on when they are made.");
    session.runs(*verb, [&session, given] { return check_files(session, given->files, given->size); });

    add_proposals(group, session);
}

}  // namespace annals::cli
