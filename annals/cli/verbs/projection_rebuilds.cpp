// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/verbs/projection_rebuilds.hpp>

#include <annals/app/stop_signals.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/projection_build.hpp>
#include <annals/cli/terminal/comparison_lines.hpp>
#include <annals/operations/rebuild.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>
#include <annals/projections/rebuild/shown_change.hpp>
#include <annals/projections/rebuild/version_comparison.hpp>
#include <annals/projections/sql/sql_file.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

namespace rebuild = projections::rebuild;
using operations::version_pair;

struct arguments {
    std::string projection, file, reason;
    std::size_t differences = 20;
    int kept_hours = 24;
    bool compares = true, swaps = true, yes = false, drops_dependents = false, waits = true;
};

auto model(const session& session) -> pqxx::connection
{
    return processors::open_model_connection(session.configuration().read_dsn(), "projections");
}

auto file_of(const arguments& given) -> std::optional<projections::definition>
{
    if (given.file.empty()) return std::nullopt;
    return projections::read_sql_file(given.file).definition();
}

/// Before anything is built: what a swap would do to the names that analysts use.
void announce(const session& session, pqxx::connection& connection, const version_pair& of, bool drops_dependents)
{
    if (of.is_copy()) return session.terminal().note("building " + name_of(of) + ", beside the live rows");
    session.terminal().note("building " + to_string(of.built.id) + " beside version "
                            + std::to_string(of.live.id.version) + ", which stays live meanwhile");
    pqxx::nontransaction tx(connection);
    const auto change =
        rebuild::find_shown_change(tx, of.live.shows, of.built.shows, projections::schema_of(of.built.id));
    for (const auto& line : rebuild::lines_of(change)) session.terminal().note(line);
    if (!change.dependents.empty() && !drops_dependents) rebuild::refuse_dependents(change);
}

/// Whether rows that differ may become live: those of another definition always, those of the same one if a person says
/// so.
auto may_swap(const session& session, const version_pair& of, const rebuild::comparison& found, bool yes) -> bool
{
    if (!of.is_copy() || found.equal()) return true;
    if (yes) return true;
    const auto& terminal = session.terminal();
    if (terminal.can_ask()
        && terminal.confirms(false, "the rows differ although the definition is the same; make the new ones live?"))
        return true;
    terminal.note("nothing was swapped: the rows differ although the definition is the same. With --yes the new ones "
                  "become live; what was built stays, and the next rebuild goes on with it");
    return false;
}

void tell_of_detachment(const session& session, operations::requested_build& build)
{
    const auto number = std::to_string(build.number());
    session.terminal().note(build.leave() ? "it is built on without you (" + session.program() + " jobs show " + number
                                                + "); the same command compares and swaps. To end it: "
                                                + session.program() + " jobs cancel " + number
                                          : "stopped; what was built stays, and the same command goes on with it");
}

auto swapped(const session& session, const version_pair& of, const arguments& given, const std::stop_token& stop)
    -> bool
{
    auto bar = session.terminal().progress("waiting for", 0);
    const auto tell = [&](const std::string& whom) { bar.advance_to(0, whom); };
    if (given.waits) {
        auto connection = model(session);
        if (!rebuild::wait_for_older_snapshots(connection, stop, tell)) return false;
    }
    return rebuild::swap(session.configuration().read_dsn(), of,
                         {.kept_for = std::chrono::hours{given.kept_hours}, .drops_dependents = given.drops_dependents},
                         stop, tell);
}

auto told_of_swap(const session& session, const version_pair& of) -> std::string
{
    if (of.is_copy()) return name_of(of) + ", is live; the former rows are dropped";
    return to_string(of.built.id) + " is live; version " + std::to_string(of.live.id.version)
           + " is kept beside it: " + session.program() + " projections rollback " + of.live.id.name;
}

/// The record of who made which version live.
void record_swap(session& session, const version_pair& of, const arguments& given, const char* verb)
{
    operations::job record;
    record.verb = verb;
    record.subject = given.projection;
    record.reason = given.reason;
    do_on_record(session, record, [&] { return told_of_swap(session, of); });
}

/// For programs the whole answer; for people what the comparison did not say.
void tell(const session& session, const version_pair& of, const std::optional<rebuild::comparison>& found,
          bool is_swapped)
{
    const auto& terminal = session.terminal();
    if (!terminal.is_json()) {
        if (is_swapped) terminal.print(told_of_swap(session, of) + "\n");
        return;
    }
    table rows({"projection", "version", "former_version", "swapped", "equal", "tables"});
    rows.add({of.live.id.name, of.built.id.version, of.live.id.version, is_swapped,
              found ? cell(found->equal()) : cell{}, found ? as_json(*found) : json_text{"[]"}});
    terminal.print(rows);
}

/// What a build came to: whether it was compared, and whether its version is live now.
struct result {
    exit_code code = exit_code::done;
    std::optional<rebuild::comparison> found = {};
    bool is_swapped = false;
};

/// A version that has stopped never comes to where the built one is.
auto is_comparable(const session& session, const version_pair& of) -> bool
{
    auto connection = model(session);
    pqxx::nontransaction tx(connection);
    if (processors::read_state(tx, of.live.id).is != processors::activity::stopped) return true;
    session.terminal().note("the live version is stopped, so the rows are not compared");
    return false;
}

auto compare_and_swap(session& session, const version_pair& of, const arguments& given,
                      operations::requested_build& build, const std::stop_token& stop) -> result
{
    result is;
    if (given.compares && is_comparable(session, of)) {
        is.found = compare_with_notes(session, of, given.differences);
        if (!session.terminal().is_json())
            print_comparison(session.terminal(), *is.found, "the live one", "the new one");
        if (!may_swap(session, of, *is.found, given.yes)) return {exit_code::found, std::move(is.found), false};
    }
    if (!given.swaps) {
        session.terminal().note("built and not swapped; the same command without --no-swap makes it live");
        return is;
    }
    if (!swapped(session, of, given, stop)) {
        tell_of_detachment(session, build);
        return {exit_code::failed, std::move(is.found), false};
    }
    build.hand_over();
    record_swap(session, of, given, "rebuild projection");
    is.is_swapped = true;
    return is;
}

auto do_rebuild(session& session, const arguments& given) -> exit_code
{
    const app::stop_signals signals;
    auto connection = model(session);
    auto of = operations::rebuild_target(session, connection, given.projection, file_of(given));
    announce(session, connection, of, given.drops_dependents);
    operations::job asked;
    asked.reason = given.reason;
    asked.asked_by = who_asks();
    operations::requested_build build(session, of.built.id, asked);
    const auto stop = signals.token();
    if (!wait_until_built(session, session.store(), of, build, stop)) {
        tell_of_detachment(session, build);
        return exit_code::failed;
    }
    const auto is = compare_and_swap(session, of, given, build, stop);
    tell(session, of, is.found, is.is_swapped);
    return is.code;
}

auto do_diff(session& session, const arguments& given) -> exit_code
{
    auto connection = model(session);
    const auto of = operations::comparison_target(session, connection, given.projection);
    const auto found = compare_with_notes(session, of, given.differences);
    print_comparison(session.terminal(), found, to_string(of.live.id), to_string(of.built.id));
    return found.equal() ? exit_code::done : exit_code::found;
}

auto do_rollback(session& session, const arguments& given) -> exit_code
{
    const app::stop_signals signals;
    auto connection = model(session);
    const auto of = operations::rollback_target(session, connection, given.projection);
    if (!swapped(session, of, given, signals.token())) {
        session.terminal().note("stopped; nothing was changed");
        return exit_code::failed;
    }
    record_swap(session, of, given, "roll back projection");
    tell(session, of, {}, true);
    return exit_code::done;
}

void add_swap_options(CLI::App& verb, arguments& given)
{
    verb.add_flag("--drop-dependents", given.drops_dependents, "drop what analysts built on names that change");
    verb.add_flag("!--force", given.waits, "do not wait for transactions that began before it was built");
    verb.add_option("--keep", given.kept_hours, "how long the version that was live is kept for a roll-back")
        ->capture_default_str()
        ->check(at_least(1))
        ->type_name("HOURS");
    verb.add_option("--reason", given.reason, "why, for people");
}

void add_differences(CLI::App& verb, arguments& given)
{
    verb.add_option("--differences", given.differences, "how many rows that differ are shown of each table")
        ->capture_default_str();
}

}  // namespace

void add_projection_rebuilds(CLI::App& group, session& session)
{
    auto given = std::make_shared<arguments>();
    auto* verb = group.add_subcommand("rebuild", "build one from the log beside the live one, compare, and swap");
    verb->add_option("NAME", given->projection, "the projection")->required();
    verb->add_option("--file", given->file, "its next version, to register first");
    verb->add_flag("!--no-compare", given->compares, "do not compare the rows before the swap");
    verb->add_flag("!--no-swap", given->swaps, "build and compare only");
    verb->add_flag("--yes", given->yes, "swap also when rows of the same definition differ");
    add_differences(*verb, *given);
    add_swap_options(*verb, *given);
    verb->footer("Builds the version that waits; when none waits, the live one again. Readers see the old rows until\n"
                 "the swap, and the new ones from then on. It may be stopped at any time: the next call goes on.\n"
                 "Exit code 3: rows of the same definition differ, and were not swapped.");
    session.runs(*verb, [&session, given] { return do_rebuild(session, *given); });

    verb = group.add_subcommand("diff", "compare the live one with another version, row by row");
    verb->add_option("NAME", given->projection, "the projection")->required();
    add_differences(*verb, *given);
    verb->footer("With the version that is built or waits, or else the one that was live before. Exit code 3 when\n"
                 "they differ.");
    session.runs(*verb, [&session, given] { return do_diff(session, *given); });

    verb = group.add_subcommand("rollback", "make the version that was live before live again");
    verb->add_option("NAME", given->projection, "the projection")->required();
    add_swap_options(*verb, *given);
    session.runs(*verb, [&session, given] { return do_rollback(session, *given); });
}

}  // namespace annals::cli
