// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <cli/event_lines.hpp>
#include <cli/existing_category.hpp>
#include <cli/session.hpp>
#include <cli/source_reader.hpp>
#include <cli/verbs/verbs.hpp>

#include <algorithm>

namespace annals::cli {
namespace {

constexpr std::int64_t limit_otherwise = 1000;

struct options {
    std::string what;
    reading_bounds bounds;
    bool backwards = false;
    std::int64_t limit = limit_otherwise;    ///< 0: none
    std::string type = "*";
};

/// Throws `failure` when the stream has never had an event; one of which nothing was wanted is fine.
void check_exists(session& session, const eventstore::stream_id& stream)
{
    if (!session.store().read(stream, {.after = {}, .upto = {}, .events_max = 1}).empty()) return;
    existing_category(session.store(), stream.category);
    throw failure("there is no stream " + to_string(stream),
                  "`" + session.program() + " read " + stream.category + "` shows what the category has");
}

auto reader_of(session& session, const options& given) -> source_reader
{
    source_reader reader(session.store(), given.what, given.bounds);
    if (given.backwards) reader.set(eventstore::direction::backwards);
    if (given.type != "*") reader.set(eventstore::type_pattern::parse(given.type));
    eventstore::page_size page;
    if (given.limit != 0) page.events_max = std::min(page.events_max, static_cast<std::size_t>(given.limit) + 1);
    reader.set(page);
    return reader;
}

auto read(session& session, const options& given) -> exit_code
{
    auto reader = reader_of(session, given);
    event_lines lines(session.terminal(), reader.stream() ? event_lines::of::stream : event_lines::of::logs);
    std::int64_t shown = 0;
    bool is_cut = false;
    for (const auto& event : reader.rest()) {
        is_cut = given.limit != 0 && shown == given.limit;
        if (is_cut) break;
        lines.add(event);
        reader.has(event);
        ++shown;
    }
    lines.flush();
    if (shown == 0 && reader.stream()) check_exists(session, *reader.stream());
    if (is_cut) session.terminal().note("there is more: " + reader.place() + " goes on, --limit 0 shows everything");
    return exit_code::done;
}

}  // namespace

void add_read(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("read", "show the events of a stream, a log or a category")->group(group::events);
    auto given = std::make_shared<options>();
    verb->add_option("WHAT", given->what, "a stream (sample-S-1), a category (sample) or one of its logs (sample/3)")
        ->required();
    verb->add_flag("--backwards", given->backwards, "newest first; bounds mean the same");
    add_from(*verb, given->bounds);
    add_upto(*verb, given->bounds);
    verb->add_option("--limit", given->limit, "at most so many events, otherwise 1000; 0: all")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    verb->add_option("--type", given->type, "only these types, such as sample.*")->type_name("PATTERN");
    verb->footer("A category is shown by the time of recording; each of its logs is in the order of its positions.");
    session.runs(*verb, [&session, given] { return read(session, *given); });
}

}  // namespace annals::cli
