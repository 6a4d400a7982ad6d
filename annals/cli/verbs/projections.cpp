// SPDX-License-Identifier: Apache-2.0
#include <annals/app/failure.hpp>
#include <annals/app/joined.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/activity_rows.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/switch_verb.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/operations/projection_switches.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/schema.hpp>
#include <annals/projections/sql/check.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <unistd.h>

namespace annals::cli {
namespace {

namespace registry = projections::registry;

auto model(const session& session) -> pqxx::connection
{
    return processors::open_model_connection(session.configuration().read_dsn(), "projections");
}

/// As they are written in a query: quoted if necessary.
auto names_in_read(pqxx::transaction_base& tx, const std::vector<std::string>& shows) -> std::string
{
    std::string names;
    for (const auto& name : shows)
        names += (names.empty() ? "read." : ", read.")
                 + tx.query_value<std::string>("select quote_ident($1)", pqxx::params{name});
    return names.empty() ? "nothing in read" : names;
}

[[noreturn]] void refuse_unknown(const session& session, pqxx::transaction_base& tx, const std::string& name)
{
    std::vector<std::string> names;
    for (const auto& entry : registry::list(tx)) names.push_back(entry.id.name);
    throw failure("there is no projection \"" + name + "\"",
                  app::did_you_mean(name, names, "`" + session.program() + " projections list` shows those there are"));
}

/// The live version of a projection, or the newest one.
auto version_of(const session& session, pqxx::transaction_base& tx, const std::string& name) -> registry::entry
{
    auto versions = registry::list(tx, name);
    if (versions.empty()) refuse_unknown(session, tx, name);
    const auto live = std::ranges::find_if(versions, [](const auto& version) { return version.live; });
    return live != versions.end() ? *live : versions.back();
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
        terminal.print(what
                       + " is registered, and waits for a rebuild: an older version is live and stays so. "
                         "This program cannot rebuild yet; to start again from the first event, remove "
                       + id.name + " and apply the file again\n");
}

auto apply_files(session& session, const std::vector<std::string>& paths) -> exit_code
{
    std::vector<projections::sql_file> files;
    for (const auto& path : paths) files.push_back(projections::read_sql_file(path));
    auto connection = model(session);
    for (const auto& file : files) {
        const auto outcome = registry::apply(connection, file.definition());
        pqxx::nontransaction tx(connection);
        say(session, file.id, outcome, names_in_read(tx, registry::find(tx, file.id)->shows));
    }
    return exit_code::done;
}

void advise_to_begin(const session& session)
{
    const bool has_own = !session.types().projections.empty() || !session.types().sql_files.empty();
    session.terminal().note("there is no projection yet: `" + session.program()
                            + (has_own ? " work` registers those of this program" : " projections apply FILE`"));
}

auto list(session& session) -> exit_code
{
    auto connection = model(session);
    activity_rows all(session, connection);
    pqxx::nontransaction tx(connection);
    for (const auto& entry : registry::list(tx)) all.add(entry.id, std::string(to_string(entry.kind)));
    session.terminal().print(all.rows());
    if (all.rows().empty()) advise_to_begin(session);
    return exit_code::done;
}

auto as_cell(const std::string& text) -> cell { return text.empty() ? cell{} : cell(text); }

/// What trying one file showed.
struct trial {
    std::string path;
    std::vector<eventstore::recorded_event> sample;
    std::optional<projections::difference> difference = {};
    std::vector<projections::unseen_type> unseen = {};
};

/// Types that are mistyped make no error: their block never runs.
void warn_of_unseen(const session& session, const trial& of)
{
    std::set<std::string> types;
    for (const auto& event : of.sample) types.insert(event.type);
    for (const auto& [name, line] : of.unseen) {
        const auto near = app::nearest(name, {types.begin(), types.end()});
        const auto hint = near ? "; did you mean \"" + *near + "\"?" : std::string();
        session.terminal().warn(of.path + ":" + std::to_string(line) + ": no event that was tried has the type \""
                                + name + "\"" + hint);
    }
}

void show_check(const session& session, const trial& of)
{
    const auto& terminal = session.terminal();
    const auto tried = static_cast<std::int64_t>(of.sample.size());
    const auto& found = of.difference;
    if (terminal.is_json()) {
        table rows({"file", "events", "same_rows", "table", "one_by_one", "at_once", "unseen_types"});
        const auto different = found.value_or(projections::difference{});
        std::vector<std::string> unseen;
        for (const auto& type : of.unseen) unseen.push_back(type.name);
        rows.add({of.path, tried, !found, as_cell(different.table), as_cell(different.one_by_one),
                  as_cell(different.at_once), unseen});
        return terminal.print(rows);
    }
    terminal.print(of.path + ": " + app::with_separators(tried)
                   + " events one by one and together: " + (found ? to_string(*found) : "the same rows") + "\n");
}

auto check_files(session& session, const std::vector<std::string>& paths, std::size_t events) -> exit_code
{
    auto connection = model(session);
    auto code = exit_code::done;
    for (const auto& path : paths) {
        const auto file = projections::read_sql_file(path);
        trial of{.path = path, .sample = projections::sample_of(session.store(), file.categories, events)};
        of.difference = projections::check(connection, file, of.sample);
        of.unseen = projections::unseen_types(file, of.sample);
        if (of.difference) code = exit_code::found;
        show_check(session, of);
        if (of.sample.empty())
            session.terminal().warn(path + ": no event of its categories is stored; only its SQL was checked");
        else warn_of_unseen(session, of);
        if (of.difference)
            session.terminal().note(
                "a rebuild would give other rows: make each statement give the same for events that come "
                "together and one after the other, or try without \"-- order: none\"");
    }
    return code;
}

auto columns_of(pqxx::transaction_base& tx, const registry::entry& entry) -> table
{
    table columns({"table", "column", "type", "shown"});
    for (const auto& [relation, column, type] :
         tx.query<std::string, std::string, std::string>("select relname, attname, format_type(atttypid, atttypmod) "
                                                         "from pg_class join pg_attribute on attrelid = pg_class.oid "
                                                         "where relnamespace = to_regnamespace($1) and relkind in "
                                                         "('r', 'p', 'v', 'm') and attnum > 0 and not attisdropped "
                                                         "order by relname, attnum",
                                                         pqxx::params{projections::schema_of(entry.id)}))
        columns.add(
            {relation, column, type, entry.live && std::ranges::find(entry.shows, relation) != entry.shows.end()});
    return columns;
}

/// One object: the columns are a list within it.
void show_as_json(const session& session, const registry::entry& entry, const table& columns)
{
    auto list = eventstore::json::array();
    std::istringstream lines(columns.json_lines());
    for (std::string line; std::getline(lines, line);) list.push_back(eventstore::json::parse(line));
    table rows({"name", "version", "kind", "categories", "live", "created_at", "shows", "columns", "definition"});
    rows.add({entry.id.name, entry.id.version, std::string(to_string(entry.kind)), entry.categories, entry.live,
              eventstore::to_string(entry.created_at), entry.shows, json_text{list.dump()}, entry.text});
    session.terminal().print(rows);
}

auto show(session& session, const std::string& name) -> exit_code
{
    auto connection = model(session);
    pqxx::nontransaction tx(connection);
    const auto entry = version_of(session, tx, name);
    const auto columns = columns_of(tx, entry);
    const auto& terminal = session.terminal();
    if (terminal.is_json()) {
        show_as_json(session, entry, columns);
        return exit_code::done;
    }
    terminal.print(entry.id.name + " version " + std::to_string(entry.id.version) + ", "
                   + std::string(to_string(entry.kind)) + " over " + app::joined(entry.categories) + ", "
                   + (entry.live ? "live" : "waiting for a rebuild") + "\n\n");
    terminal.print(columns);
    terminal.print("\n" + entry.text + (entry.text.ends_with('\n') ? "" : "\n"));
    return exit_code::done;
}

struct arguments {
    std::vector<std::string> files;
    std::string name;
    std::string reason;
    std::size_t events = 1000;
    bool yes = false;
};

auto remove(session& session, const arguments& given) -> exit_code
{
    auto connection = model(session);
    const auto entry = [&] {
        pqxx::nontransaction tx(connection);
        return version_of(session, tx, given.name);
    }();
    const auto& terminal = session.terminal();
    const bool asks = !given.yes && is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO);
    if (asks && !terminal.confirms("remove " + entry.id.name + " with all its versions and rows?")) {
        terminal.note("nothing was removed");
        return exit_code::failed;
    }
    operations::job removal;
    removal.verb = "remove projection";
    removal.subject = given.name;
    removal.reason = given.reason;
    do_on_record(session, removal, [&] {
        registry::remove(connection, given.name);
        return std::string("removed, with its rows");
    });
    terminal.note(given.name + " is removed, with its rows; the events stay");
    return exit_code::done;
}

/// The words of the command line after `projections VERB`.
auto add_files(CLI::App& verb, arguments& given) -> void
{
    verb.add_option("FILE", given.files, "SQL projection files")->required();
}

auto add_name(CLI::App& verb, arguments& given) -> void
{
    verb.add_option("NAME", given.name, "the projection")->required();
}

}  // namespace

void add_projections(CLI::App& app, session& session)
{
    auto* group = app.add_subcommand("projections", "what analysts see")->group(cli::group::read_models);
    group->require_subcommand(1);
    auto given = std::make_shared<arguments>();

    auto* verb = group->add_subcommand("apply", "register SQL projections; each file all or nothing");
    add_files(*verb, *given);
    session.runs(*verb, [&session, given] { return apply_files(session, given->files); });

    verb = group->add_subcommand("list", "all projections, their state, and how far behind they are");
    session.runs(*verb, [&session] { return list(session); });

    verb = group->add_subcommand("check", "try files on stored events, and undo everything");
    add_files(*verb, *given);
    verb->add_option("--events", given->events, "how many events to try, over all logs")
        ->capture_default_str()
        ->check(at_least(1));
    verb->footer("Exit code 3 when rows depend on where batches are cut.");
    session.runs(*verb, [&session, given] { return check_files(session, given->files, given->events); });

    verb = group->add_subcommand("show", "definition, tables and columns of one");
    add_name(*verb, *given);
    session.runs(*verb, [&session, given] { return show(session, given->name); });

    verb = group->add_subcommand("remove", "drop one with all its versions and rows");
    add_name(*verb, *given);
    verb->add_flag("--yes", given->yes, "do not ask (nor is anything asked without a terminal)");
    verb->add_option("--reason", given->reason, "why, for people");
    verb->footer("Who removed it, when and why: annals jobs list --all");
    session.runs(*verb, [&session, given] { return remove(session, *given); });

    add_switch(*group->add_subcommand("pause", "stop applying events to one, in every process"),
               operations::pause_projection, "the projection", session);
    add_switch(*group->add_subcommand("resume", "resume one that was paused or has stopped"),
               operations::resume_projection, "the projection", session);
}

}  // namespace annals::cli
