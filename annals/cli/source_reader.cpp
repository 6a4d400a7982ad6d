// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/source_reader.hpp>

#include <annals/app/existing_category.hpp>
#include <annals/app/failure.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/eventstore/errors.hpp>

#include <CLI/App.hpp>

#include <charconv>
#include <tuple>
#include <utility>

namespace annals::cli {
namespace {

using namespace eventstore;

auto parse_number(const std::string& text, const std::string& what) -> std::int64_t
{
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number < 0)
        throw invalid_request(what + " is a whole number, not \"" + text + "\"");
    return number;
}

void refuse_if(bool is_given, const char* problem)
{
    if (is_given) throw invalid_request(problem);
}

/// A place as given on the command line; `option` names it in messages.
void parse(const std::string& text, const char* option, const stream_id&, stream_version& place)
{
    place.number = parse_number(text, option);
}
void parse(const std::string& text, const char* option, const log_id& log, log_position& place)
{
    if (text.find('@') == text.npos) {
        place.number = parse_number(text, option);
        return;
    }
    const auto named = parse_token(text).positions();
    if (named.size() != 1 || !named.contains(log))
        throw invalid_request(option + (" \"" + text) + "\" is no place in " + to_string(log));
    place = named.begin()->second;
}
void parse(const std::string& text, const char* option, const category& of, token& place)
{
    place = parse_token(text);
    for (const auto& [log, position] : place.positions())
        if (log.category != of.name || log.partition >= of.partitions)
            throw invalid_request(option + (" names " + to_string(log)) + ", which is no log of " + of.name);
}

void bound_numbers(selection<stream_version>& wanted, const reading_bounds& given)
{
    refuse_if(given.from_position || given.upto_position, "a stream has versions: --from-version, --upto-version");
    if (given.from_version) wanted.after.number = *given.from_version - 1;
    if (given.upto_version) wanted.upto = stream_version{*given.upto_version};
}
void bound_numbers(selection<log_position>& wanted, const reading_bounds& given)
{
    refuse_if(given.from_version || given.upto_version, "a log has positions: --from-position, --upto-position");
    if (given.from_position) wanted.after.number = *given.from_position - 1;
    if (given.upto_position) wanted.upto = log_position{*given.upto_position};
}
void bound_numbers(selection<token>&, const reading_bounds& given)
{
    refuse_if(given.from_version || given.upto_version || given.from_position || given.upto_position,
              "a category has no single version or position: name a stream (sample-S-1) or a log (sample/3), "
              "or bound it by a token (--after, --upto) or a time");
}

template <class Id, class Place>
void bound(const Id& id, selection<Place>& wanted, const reading_bounds& given)
{
    bound_numbers(wanted, given);
    if (!given.after.empty()) parse(given.after, "--after", id, wanted.after);
    if (!given.upto.empty()) parse(given.upto, "--upto", id, wanted.upto.emplace());
    if (!given.from_time.empty()) wanted.from_time = parse_timestamp(given.from_time);
    if (!given.upto_time.empty()) wanted.upto_time = parse_timestamp(given.upto_time);
}

auto place_of(const recorded_event& event, const stream_version&) { return event.version; }
auto place_of(const recorded_event& event, const log_position&) { return event.position; }

template <class Place>
void pass(selection<Place>& wanted, const recorded_event& event)
{
    const auto place = place_of(event, wanted.after);
    if (wanted.order == direction::forwards) wanted.after = place;
    else wanted.upto = place - 1;
}
/// Backwards, a token names what is left of the logs that occurred: their events above have been read.
void pass(selection<token>& wanted, const recorded_event& event)
{
    if (wanted.order == direction::forwards) return wanted.after.include(event.log(), event.position);
    token left;
    if (wanted.upto)
        for (const auto& [log, position] : wanted.upto->positions())
            if (log != event.log()) left.include(log, position);
    left.include(event.log(), event.position - 1);
    wanted.upto = std::move(left);
}

auto text_of(const auto& place) -> std::string { return std::to_string(place.number); }
auto text_of(const token& place) -> std::string { return to_string(place); }

/// Where the reading would end.
auto end_of(store& from, const stream_id& stream) -> stream_version
{
    const auto newest =
        from.read(stream, {.after = {}, .upto = {}, .events_max = 1, .bytes_max = 1, .order = direction::backwards});
    return newest.empty() ? stream_version{} : newest.front().version;
}
auto end_of(store& from, const log_id& log) -> log_position
{
    return from.heads(log.category).at(static_cast<std::size_t>(log.partition));
}
auto end_of(store& from, const category& of) -> token
{
    token all;
    int partition = 0;
    for (const auto head : from.heads(of.name)) all.include({of.name, partition++}, head);
    return all;
}

auto all_of(store& from, const stream_id& stream, const selection<stream_version>& wanted) -> event_range
{
    return events_of(from, stream, wanted);
}
auto all_of(store& from, const log_id& log, const selection<log_position>& wanted) -> event_range
{
    return events_of(from, log, wanted);
}
auto all_of(store& from, const category& of, const selection<token>& wanted) -> event_range
{
    return events_of(from, of.name, wanted);
}

}  // namespace

auto reading_bounds::has_start() const -> bool
{
    return !after.empty() || from_version || from_position || !from_time.empty();
}

void add_from(CLI::App& verb, reading_bounds& given)
{
    auto* after = verb.add_option("--after", given.after, "only what is above: a version, a position, or a token")
                      ->type_name("PLACE");
    for (const auto& [option, number, help] :
         {std::tuple("--from-version", &given.from_version, "of a stream: from this version"),
          std::tuple("--from-position", &given.from_position, "of a log: from this position")})
        verb.add_option(option, *number, help)->type_name("N")->check(at_least(1))->excludes(after);
    verb.add_option("--from-time", given.from_time, "recorded then or later: 2026-01-31T08:15:00Z")->type_name("TIME");
}

void add_upto(CLI::App& verb, reading_bounds& given)
{
    auto* upto =
        verb.add_option("--upto", given.upto, "nothing above: a version, a position, or a token")->type_name("PLACE");
    for (const auto& [option, number, help] :
         {std::tuple("--upto-version", &given.upto_version, "of a stream: up to this version"),
          std::tuple("--upto-position", &given.upto_position, "of a log: up to this position")})
        verb.add_option(option, *number, help)->type_name("N")->check(at_least(1))->excludes(upto);
    verb.add_option("--upto-time", given.upto_time, "recorded then or before")->type_name("TIME");
}

source_reader::source_reader(eventstore::store& from, const std::string& what, const reading_bounds& given)
    : store_(from), part_(find(from, what))
{
    std::visit([&](auto& each) { bound(each.id, each.wanted, given); }, part_);
}

auto source_reader::find(eventstore::store& from, const std::string& what)
    -> std::variant<stream_part, log_part, category_part>
{
    const auto mark = what.find_first_of("-/");
    if (mark != what.npos && what[mark] == '-') return stream_part{parse_stream(what), {}};
    const auto category = app::existing_category(from, what.substr(0, mark));
    if (mark == what.npos) return category_part{category, {}};
    const auto partition = parse_number(what.substr(mark + 1), "a log's partition");
    if (partition >= category.partitions)
        throw app::failure(category.name + " has no log " + std::to_string(partition),
                           "its logs are " + category.name + "/0 to " + category.name + "/"
                               + std::to_string(category.partitions - 1));
    return log_part{{category.name, static_cast<int>(partition)}, {}};
}

void source_reader::set(direction order)
{
    std::visit([&](auto& each) { each.wanted.order = order; }, part_);
}

void source_reader::set(page_size page)
{
    std::visit([&](auto& each) { each.wanted.page = page; }, part_);
}

void source_reader::set(type_pattern types)
{
    std::visit([&](auto& each) { each.wanted.types = std::move(types); }, part_);
}

void source_reader::skip_to_end()
{
    std::visit([&](auto& each) { each.wanted.after = end_of(store_, each.id); }, part_);
}

auto source_reader::rest() -> event_range
{
    return std::visit([&](auto& each) { return all_of(store_, each.id, each.wanted); }, part_);
}

void source_reader::has(const recorded_event& event)
{
    std::visit([&](auto& each) { pass(each.wanted, event); }, part_);
}

auto source_reader::place() const -> std::string
{
    return std::visit(
        [](const auto& each) {
            return each.wanted.order == direction::forwards ? "--after " + text_of(each.wanted.after)
                                                            : "--upto " + text_of(each.wanted.upto.value());
        },
        part_);
}

auto source_reader::stream() const -> const stream_id*
{
    const auto* const found = std::get_if<stream_part>(&part_);
    return found ? &found->id : nullptr;
}

}  // namespace annals::cli
