// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <cli/event_lines.hpp>
#include <cli/existing_category.hpp>
#include <cli/merged_reader.hpp>
#include <cli/session.hpp>
#include <cli/verbs/verbs.hpp>
#include <eventstore/errors.hpp>
#include <eventstore/type_pattern.hpp>

#include <charconv>

namespace annals::cli {
namespace {

constexpr std::int64_t limit_otherwise = 1000;

struct options {
    std::string what;
    std::string after;
    std::int64_t limit = limit_otherwise;
    std::string type = "*";
};

auto parse_number(const std::string& text, const std::string& where) -> std::int64_t
{
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number < 0)
        throw eventstore::invalid_request(where + " is a whole number, not \"" + text + "\"");
    return number;
}

/// Counts what is shown, and says when the limit ended it.
class shown_events {
public:
    shown_events(const session& session, const options& given, event_lines::of what)
        : terminal_(session.terminal()),
          limit_(given.limit),
          wanted_(eventstore::type_pattern::parse(given.type)),
          lines_(terminal_, what)
    {}

    /// False when the limit is reached: the event is not shown.
    auto take(const eventstore::recorded_event& event, const std::string& place) -> bool
    {
        if (!wanted_.matches(event.type)) return true;
        if (limit_ != 0 && count_ == limit_) {
            more_after_ = last_place_;
            return false;
        }
        lines_.add(event);
        ++count_;
        last_place_ = place;
        return true;
    }

    void finish()
    {
        lines_.flush();
        if (!more_after_.empty())
            terminal_.note("there is more: --after " + more_after_ + " goes on, --limit 0 shows everything");
    }

private:
    const terminal& terminal_;
    std::int64_t limit_;
    std::int64_t count_ = 0;
    eventstore::type_pattern wanted_;
    event_lines lines_;
    std::string last_place_, more_after_;
};

void read_stream(session& session, const options& given)
{
    const auto stream = eventstore::parse_stream(given.what);
    auto& store = session.store();
    eventstore::stream_range range;
    range.after.number = given.after.empty() ? 0 : parse_number(given.after, "--after");
    shown_events shown(session, given, event_lines::of::stream);
    auto page = store.read(stream, range);
    if (page.empty() && store.read(stream, {.after = {}, .upto = {}, .events_max = 1}).empty()) {
        existing_category(store, stream.category);
        throw failure("there is no stream " + given.what,
                      "`" + session.program() + " read " + stream.category + "` shows what the category has");
    }
    for (; !page.empty(); page = store.read(stream, range)) {
        for (const auto& event : page)
            if (!shown.take(event, std::to_string(event.version.number))) return shown.finish();
        range.after = page.back().version;
    }
    shown.finish();
}

/// A log, or all logs of a category; for those, `--after` is a token.
auto cursors(eventstore::store& store, const options& given) -> std::vector<eventstore::log_cursor>
{
    const auto slash = given.what.find('/');
    const auto category = existing_category(store, given.what.substr(0, slash));
    std::vector<eventstore::log_cursor> all;
    for (int partition = 0; partition < category.partitions; ++partition)
        all.push_back({{category.name, partition}, {}});
    if (slash != given.what.npos) {
        const auto partition = parse_number(given.what.substr(slash + 1), "a log's partition");
        if (partition >= category.partitions)
            throw failure(category.name + " has no log " + std::to_string(partition),
                          "its logs are " + category.name + "/0 to " + category.name + "/"
                              + std::to_string(category.partitions - 1));
        const bool is_number = given.after.find('@') == given.after.npos;
        all = {{{category.name, static_cast<int>(partition)}, {}}};
        if (is_number && !given.after.empty()) all.front().position.number = parse_number(given.after, "--after");
        if (is_number) return all;
    }
    const auto token = eventstore::parse_token(given.after);
    for (const auto& [log, position] : token.positions())
        for (auto& cursor : all)
            if (cursor.log == log) cursor.position = position;
    return all;
}

void read_logs(session& session, const options& given)
{
    auto& store = session.store();
    auto after = cursors(store, given);
    eventstore::token place;
    for (const auto& cursor : after)
        if (cursor.position.number != 0) place.include(cursor.log, cursor.position);
    merged_reader events(store, std::move(after));
    shown_events shown(session, given, event_lines::of::logs);
    while (const auto event = events.next()) {
        place.include(event->log(), event->position);
        if (!shown.take(*event, to_string(place))) break;
    }
    shown.finish();
}

}  // namespace

void add_read(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("read", "show the events of a stream, a log or a category")->group(group::events);
    auto given = std::make_shared<options>();
    verb->add_option("WHAT", given->what, "a stream (sample-S-1), a category (sample) or one of its logs (sample/3)")
        ->required();
    verb->add_option("--after", given->after, "only what is above: a version, a log's position, or a token")
        ->type_name("N");
    verb->add_option("--limit", given->limit, "at most so many events, otherwise 1000; 0: all")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    verb->add_option("--type", given->type, "only these types, such as sample.*")->type_name("PATTERN");
    session.runs(*verb, [&session, given] {
        const bool is_stream =
            given->what.find_first_of("-/") != given->what.npos && given->what[given->what.find_first_of("-/")] == '-';
        if (is_stream) read_stream(session, *given);
        else read_logs(session, *given);
        return exit_code::done;
    });
}

}  // namespace annals::cli
