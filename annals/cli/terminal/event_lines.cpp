// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/event_lines.hpp>

#include <annals/cli/terminal/text_width.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/token.hpp>

#include <algorithm>
#include <unistd.h>

namespace annals::cli {
namespace {

constexpr std::size_t lines_at_once = 1000;

auto empty_table(event_lines::of what) -> table
{
    if (what == event_lines::of::stream) return table({"version", "time", "type", "data"});
    return table({"token", "stream", "version", "time", "type", "data"});
}

/// To the millisecond; --json has all digits.
auto short_time(eventstore::timestamp time) -> std::string
{
    auto text = eventstore::to_string(time);
    text.replace(text.size() - 4, 4, "Z");
    return text;
}

/// Its place in its log, as `--after` takes it.
auto token_of(const eventstore::recorded_event& event) -> std::string
{
    eventstore::token token;
    token.include(event.log(), event.position);
    return to_string(token);
}

/// Line ends can only be between tokens, since JSON does not allow them in strings.
auto in_one_line(std::string json) -> std::string
{
    std::ranges::replace_if(json, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return json;
}

}  // namespace

event_lines::event_lines(const terminal& terminal, of what)
    : terminal_(terminal), what_(what), lines_(empty_table(what))
{}

void event_lines::add(const eventstore::recorded_event& event)
{
    if (terminal_.is_json()) return terminal_.print(json_line(event));
    const cell version = event.version.number, time = short_time(event.time()), data = json_text{event.data};
    if (what_ == of::stream) lines_.add({version, time, event.type, data});
    else lines_.add({token_of(event), to_string(event.stream), version, time, event.type, data});
    if (++waiting_ == lines_at_once) flush();
}

void event_lines::flush()
{
    if (waiting_ != 0) terminal_.print(lines_);
    lines_ = empty_table(what_);
    waiting_ = 0;
}

auto line_of(const terminal& terminal, const eventstore::recorded_event& event) -> std::string
{
    if (terminal.is_json()) return json_line(event);
    const auto line = short_time(event.time()) + "  " + to_string(event.stream) + "  "
                      + std::to_string(event.version.number) + "  " + event.type + "  " + event.data;
    const bool is_seen = is_terminal(STDOUT_FILENO);
    return (is_seen ? cut(printable(line), terminal_width(STDOUT_FILENO)) : printable(line)) + "\n";
}

auto json_line(const eventstore::recorded_event& event) -> std::string
{
    const auto quoted = [](const std::string& text) { return eventstore::json(text).dump(); };
    auto line =
        "{\"stream\": " + quoted(to_string(event.stream)) + ", \"version\": " + std::to_string(event.version.number);
    line += ", \"log\": " + quoted(to_string(event.log())) + ", \"position\": " + std::to_string(event.position.number);
    line += ", \"id\": \"" + eventstore::to_string(event.id) + "\", \"type\": " + quoted(event.type);
    line += ", \"schema_version\": " + std::to_string(event.schema_version);
    line += ", \"data\": " + in_one_line(event.data) + ", \"metadata\": " + in_one_line(event.metadata);
    if (event.occurred_at) line += ", \"occurred_at\": \"" + eventstore::to_string(*event.occurred_at) + '"';
    return line + ", \"recorded_at\": \"" + eventstore::to_string(event.recorded_at) + "\"}\n";
}

}  // namespace annals::cli
