// SPDX-License-Identifier: Apache-2.0
#include <annals/migrations/migrate.hpp>

#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/ownership.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/server_error.hpp>

#include <CLI/App.hpp>

#include <algorithm>

namespace annals::cli {
namespace {

struct options {
    bool status = false;
    bool dry_run = false;
};

struct database {
    std::string dsn, holds;
};

/// The read models may have a database of their own; it has the same schema.
auto databases(const app::configuration& settings) -> std::vector<database>
{
    if (settings.read_dsn() == settings.dsn()) return {{settings.dsn(), "log and read models"}};
    return {{settings.dsn(), "log"}, {settings.read_dsn(), "read models"}};
}

auto show_status(session& session) -> exit_code
{
    table steps({"number", "name", "database", "applied_at", "applied_by"});
    bool complete = true;
    for (const auto& [dsn, holds] : databases(session.configuration())) {
        for (const auto& step : migrations::status(dsn)) {
            complete = complete && step.applied_at;
            if (step.applied_at)
                steps.add({step.number, step.name, holds, eventstore::to_string(*step.applied_at), step.applied_by});
            else steps.add({step.number, step.name, holds, cell{}, cell{}});
        }
    }
    session.terminal().print(steps);
    if (complete) return exit_code::done;
    session.terminal().note("migrations are missing: run `" + session.program() + " migrate`");
    return exit_code::found;
}

/// Objects that a restore left with the wrong owner, or that an older program made (docs/operating/backup.md).
void set_projections_right(session& session, bool dry)
{
    namespace registry = projections::registry;
    const auto& terminal = session.terminal();
    auto model = processors::open_model_connection(session.configuration().read_dsn(), session.program() + " migrate");
    const auto registered = [&] {
        pqxx::nontransaction tx(model);
        return registry::list(tx);
    }();
    for (const auto& entry : registered) {
        const auto faults = [&] {
            pqxx::nontransaction tx(model);
            return projections::ownership::faults(tx, entry);
        }();
        if (faults.empty()) continue;
        const auto what = to_string(entry.id) + ": " + faults.front().what;
        try {
            if (!dry) registry::set_right(model, entry);
            terminal.note(what + (dry ? ": would be repaired" : ": is repaired"));
        } catch (const pqxx::sql_error& problem) {
            terminal.warn(what + ": cannot be repaired: " + projections::words_of(problem));
        }
    }
}

auto migrate(session& session, migrations::run how) -> exit_code
{
    const bool dry = how == migrations::run::dry;
    table steps({"number", "name", "database"});
    for (const auto& [dsn, holds] : databases(session.configuration()))
        for (const auto& step : migrations::migrate(dsn, how)) steps.add({step.number, step.name, holds});
    if (!dry || steps.empty()) set_projections_right(session, dry);
    const auto& terminal = session.terminal();
    if (!steps.empty()) terminal.print(steps);
    if (terminal.is_json()) return exit_code::done;
    const auto schema = "schema " + std::to_string(migrations::embedded().back().number);
    if (dry) terminal.note(steps.empty() ? "nothing is missing" : "these are missing; nothing was changed");
    else terminal.print(schema + (steps.empty() ? ", nothing to do\n" : "\n"));
    return exit_code::done;
}

}  // namespace

void add_migrate(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("migrate", "create or update the schema")->group(group::start_here);
    auto given = std::make_shared<options>();
    auto* status = verb->add_flag("--status", given->status,
                                  "show what is applied, and when; exit code 3 when something is missing");
    verb->add_flag("--dry-run", given->dry_run, "show what would be applied; change nothing")->excludes(status);
    session.runs(*verb, [&session, given] {
        if (given->status) return show_status(session);
        return migrate(session, given->dry_run ? migrations::run::dry : migrations::run::for_real);
    });
}

}  // namespace annals::cli
