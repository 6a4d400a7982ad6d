// SPDX-License-Identifier: Apache-2.0
#include <annals/app/event_readers.hpp>
#include <annals/app/existing_category.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/source_reader.hpp>
#include <annals/cli/terminal/event_lines.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <optional>

namespace annals::cli {
namespace {

constexpr std::int64_t limit_otherwise = 1000;

struct options {
    std::string what;
    reading_bounds bounds;
    bool backwards = false;
    bool today = false;                      ///< only in programs that have readers
    std::int64_t limit = limit_otherwise;    ///< 0: none
    std::string type = "*";
};

/// Throws `failure` when the stream has never had an event; a stream without wanted events is fine.
void check_exists(session& session, const eventstore::stream_id& stream)
{
    if (!session.store().read(stream, {.after = {}, .upto = {}, .events_max = 1}).empty()) return;
    app::existing_category(session.store(), stream.category);
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

/// Shows events as they are stored, or as their facts of today.
class shown_events {
public:
    shown_events(const session& session, event_lines::of what, bool today)
        : session_(session), lines_(session.terminal(), what), today_(today)
    {}

    void add(const eventstore::recorded_event& event)
    {
        if (!today_) return lines_.add(event);
        if (!facts_) facts_.emplace(session_.types(), event.stream.category);
        for (const auto& fact : facts_->today(event)) lines_.add(fact);
    }
    void flush() { lines_.flush(); }

private:
    const session& session_;
    event_lines lines_;
    bool today_;
    std::optional<app::event_readers> facts_;       // of the category that is read
};

auto read(session& session, const options& given) -> exit_code
{
    auto reader = reader_of(session, given);
    const auto what = reader.stream() ? event_lines::of::stream : event_lines::of::logs;
    shown_events lines(session, what, given.today);
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
    if (is_cut) session.terminal().note("there is more: " + reader.place() + " continues, --limit 0 shows everything");
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
    verb->add_option("--limit", given->limit, "at most this many events, otherwise 1000; 0: all")
        ->type_name("N")
        ->check(at_least(0));
    verb->add_option("--type", given->type, "only these types, such as sample.*")->type_name("PATTERN");
    if (!session.types().readers.empty())
        verb->add_flag("--today", given->today, "as the facts that they are today, instead of as they were stored");
    verb->footer("A category is shown by the time of recording; each of its logs is in the order of its positions.");
    session.runs(*verb, [&session, given] { return read(session, *given); });
}

}  // namespace annals::cli
