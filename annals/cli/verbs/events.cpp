// SPDX-License-Identifier: Apache-2.0
#include <annals/app/existing_category.hpp>
#include <annals/app/joined.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/terminal/event_counts.hpp>
#include <annals/cli/terminal/found_problems.hpp>
#include <annals/cli/terminal/untaken_counts.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/eventstore/reading.hpp>

#include <CLI/App.hpp>

#include <functional>
#include <utility>

namespace annals::cli {
namespace {

struct options {
    std::string category;
    std::int64_t shown_max = 20;                 ///< of each type and version; 0: all
};

/// Every event that a category holds now, with a progress bar for people.
void for_each_event(session& session, const std::string& category,
                    const std::function<void(const eventstore::recorded_event&)>& take)
{
    auto& store = session.store();
    const auto heads = store.heads(category);
    std::int64_t total = 0, done = 0;
    for (const auto& head : heads) total += head.number;
    auto bar = session.terminal().progress(category, total);
    for (std::size_t partition = 0; partition < heads.size(); ++partition) {
        const eventstore::log_id log{category, static_cast<int>(partition)};
        for (const auto& event : eventstore::events_of(store, log, {.upto = heads[partition]})) {
            take(event);
            bar.advance_to(++done);
        }
    }
}

auto chosen_categories(session& session, const options& given) -> std::vector<std::string>
{
    if (!given.category.empty()) return {app::existing_category(session.store(), given.category).name};
    std::vector<std::string> names;
    for (const auto& category : session.store().categories()) names.push_back(category.name);
    return names;
}

auto list(session& session, const options& given) -> exit_code
{
    const bool with_readers = !session.types().readers.empty();
    table rows(event_counts::columns(with_readers));
    for (const auto& category : chosen_categories(session, given)) {
        event_counts counts;
        for_each_event(session, category, [&](const auto& event) { counts.add(event); });
        const app::event_readers readers(session.types(), category);
        counts.rows_in(rows, category, with_readers ? &readers : nullptr);
    }
    if (rows.empty()) session.terminal().note("no event is stored yet");
    else session.terminal().print(rows);
    return exit_code::done;
}

auto without_facts(const options& given) -> failure
{
    const auto words = " events check" + (given.category.empty() ? "" : " " + given.category);
    return failure("this program names no facts, so it cannot tell which events can be read",
                   "run `PROGRAM" + words + "` of the program whose facts these are, such as laboratory",
                   exit_code::usage);
}

auto without_readers(const session& session, const std::string& category) -> failure
{
    return failure("no aggregate, view, table or processor of this program reads " + category,
                   "what is read is " + app::joined(app::categories_read_by(session.types())), exit_code::usage);
}

/// The categories to check, with this program's readers. Throws `failure` when the one asked for has none.
auto readable_categories(session& session, const options& given)
    -> std::vector<std::pair<std::string, app::event_readers>>
{
    std::vector<std::pair<std::string, app::event_readers>> all;
    for (const auto& category : chosen_categories(session, given)) {
        app::event_readers readers(session.types(), category);
        if (!readers.empty()) all.emplace_back(category, std::move(readers));
        else if (!given.category.empty()) throw without_readers(session, category);
        else session.terminal().note(category + " is not checked: nothing of this program reads it");
    }
    return all;
}

auto check(session& session, const options& given) -> exit_code
{
    if (session.types().readers.empty()) throw without_facts(given);
    found_problems problems(session.terminal(), given.shown_max);
    untaken_counts untaken;
    std::int64_t events = 0;
    for (const auto& [category, readers] : readable_categories(session, given)) {
        const auto try_to_read = [&](const eventstore::recorded_event& event) {
            ++events;
            if (const auto problem = readers.problem_with(event)) problems.add(event, *problem);
            else
                for (const auto& member : readers.untaken_members(event)) untaken.add(event, member);
        };
        for_each_event(session, category, try_to_read);
    }
    problems.finish();
    untaken.print(session.terminal());
    session.terminal().note(problems.count() == 0
                                ? session.program() + " can read all " + app::with_separators(events) + " events"
                                : session.program() + " cannot read " + app::with_separators(problems.count()) + " of "
                                      + app::with_separators(events) + " events");
    if (untaken.members() > 0)
        session.terminal().note("what no field takes is lost to readers: move it in an upcaster if its field was "
                                "renamed, or erase it there if it is not needed");
    return problems.count() + untaken.members() == 0 ? exit_code::done : exit_code::found;
}

}  // namespace

void add_events(CLI::App& app, session& session)
{
    auto* group =
        app.add_subcommand("events", "what is stored, and whether this program can read it")->group(cli::group::events);
    group->require_subcommand(1);
    auto given = std::make_shared<options>();

    auto* verb = group->add_subcommand("list", "the stored types with their schema versions, counts and times");
    verb->add_option("CATEGORY", given->category, "only what this category holds");
    session.runs(*verb, [&session, given] { return list(session, *given); });

    verb = group->add_subcommand("check", "read every event with this program's aggregates, views, tables, processors");
    verb->add_option("CATEGORY", given->category, "only what this category holds");
    verb->add_option("--limit", given->shown_max,
                     "at most this many lines of each type and version, otherwise 20; 0: all")
        ->type_name("N")
        ->check(at_least(0));
    verb->footer("Exit code 3 when an event could not be read: its form, its version, or (where an aggregate\n"
                 "decides by it) its type is unknown; also when a member of an event is one that no field takes\n"
                 "and no upcaster reads or erases. Changes nothing.");
    session.runs(*verb, [&session, given] { return check(session, *given); });
}

}  // namespace annals::cli
