// SPDX-License-Identifier: Apache-2.0
#include <annals/app/event_readers.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/commands/load.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>

#include <CLI/App.hpp>

#include <charconv>
#include <iostream>
#include <iterator>

namespace annals::cli {
namespace {

struct options {
    std::string stream, type;
    std::string data = "{}";
    std::string metadata = "{}";
    std::string expected = "any";
    std::optional<std::string> id, occurred_at, idempotency_key;
    std::optional<int> partitions, schema_version;
};

auto parse_expected(const std::string& text) -> eventstore::expected_version
{
    using eventstore::expected_version;
    if (text == "any") return expected_version::any();
    if (text == "none") return expected_version::no_stream();
    if (text == "exists") return expected_version::exists();
    eventstore::stream_version version;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version.number);
    if (problem != std::errc{} || end != text.data() + text.size() || version.number < 0)
        throw eventstore::invalid_request("--expected is any, none, exists or a version, not \"" + text + "\"");
    return expected_version::exactly(version);
}

/// Writes a fact that this program knows in its own version.
auto to_request(const options& given, const app::program_types& known) -> eventstore::append_request
{
    const auto stream = eventstore::parse_stream(given.stream);
    eventstore::new_event event{.type = given.type, .data = given.data, .metadata = given.metadata, .occurred_at = {}};
    event.schema_version =
        given.schema_version.value_or(app::event_readers(known, stream.category).version_of(given.type).value_or(1));
    if (given.data == "-") event.data.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (given.id) event.id = eventstore::parse_uuid(*given.id);
    if (given.occurred_at) event.occurred_at = eventstore::parse_timestamp(*given.occurred_at);
    eventstore::append_request request{.streams = {}, .idempotency_key = given.idempotency_key};
    request.streams.push_back({stream, parse_expected(given.expected), {std::move(event)}});
    request.resend = given.id.has_value();       // a caller that names the id may have sent it before
    eventstore::check_request(request);
    if (given.partitions) eventstore::check_partitions(*given.partitions);
    return request;
}

[[noreturn]] void refuse_unreadable(const std::string& type, const std::string& why)
{
    throw failure("nothing is appended: " + type + " could not be read back: " + why,
                  "write the payload as this program knows it, or say in which form it is with --schema-version");
}

/// The aggregate's current state; null when its stream already holds events that it cannot read.
auto state_of(session& session, const eventstore::stream_id& stream, const commands::aggregate_type& type)
    -> std::unique_ptr<commands::state>
{
    try {
        return commands::state_at(session.store(), stream, type).value->copy();
    } catch (const eventstore::mismatch&) {
        return nullptr;
    }
}

/// Checks that the event can be read: as a fact of this program, and by the aggregate whose stream it is in.
void check_reads_back(session& session, const eventstore::append_request& request)
{
    const auto& [stream, expected, events] = request.streams.front();
    const app::event_readers known(session.types(), stream.category);
    const auto event = eventstore::as_recorded(events.front(), stream, {1});
    const auto problem = known.problem_with(event);
    const bool is_known = known.version_of(event.type).has_value();
    if (problem && is_known) refuse_unreadable(event.type, *problem);
    if (problem) session.terminal().warn(*problem + ": it refuses commands on " + to_string(stream) + " from now on");
    if (!is_known) return;
    for (const auto* const type : session.types().aggregates) {
        if (type->category != stream.category) continue;
        const auto now = state_of(session, stream, *type);
        try {
            if (now) now->evolve(event);
        } catch (const std::exception& fault) {
            refuse_unreadable(event.type, fault.what());
        }
    }
}

/// Refuses an append that the future category could not accept, before the category is created.
auto append_to(eventstore::store& store, eventstore::append_request request, std::optional<int> partitions)
    -> eventstore::append_result
{
    if (partitions) {
        const auto& [stream, expected, events] = request.streams.front();
        if (!expected.allows({}) && !store.find_category(stream.category))
            return std::unexpected(eventstore::conflict{{{stream, expected, {}}}});
        store.ensure_category({stream.category, *partitions});
    }
    return store.append(std::move(request));
}

auto append(session& session, const options& given) -> exit_code
{
    auto request = to_request(given, session.types());
    check_reads_back(session, request);
    const auto result = append_to(session.store_to_append(), std::move(request), given.partitions);
    if (!result) {
        const bool has_moved = std::holds_alternative<eventstore::conflict>(result.error());
        throw failure(to_string(result.error()), has_moved ? "read the stream, decide again, and append with the "
                                                             "version seen: "
                                                                 + session.program() + " read " + given.stream
                                                           : "");
    }
    const auto& written = result->streams.front();
    table lines({"stream", "version", "duplicate", "token"});
    lines.add({to_string(written.stream), written.last_version.number, result->duplicate, to_string(result->token())});
    session.terminal().print(lines);
    return exit_code::done;
}

}  // namespace

void add_append(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("append", "add an event to a stream")->group(group::events);
    auto given = std::make_shared<options>();
    verb->add_option("STREAM", given->stream, "category-key, such as sample-S-1")->required();
    verb->add_option("TYPE", given->type, "what happened, such as sample.created")->required();
    verb->add_option("JSON", given->data, "the payload, an object; - reads it from standard input; {} when left out");
    verb->add_option("--expected", given->expected,
                     "what the stream must look like: any (default), none, exists or a version")
        ->type_name("VERSION");
    verb->add_option("--id", given->id, "the event's id; sent again with the same one, it is stored once")
        ->type_name("UUID");
    verb->add_option("--schema-version", given->schema_version,
                     "the form of the payload; default: this program's own, 1 of unknown types")
        ->type_name("N")
        ->check(at_least(1));
    verb->add_option("--metadata", given->metadata, "a JSON object: user_id, correlation_id, causation_id, …")
        ->type_name("JSON");
    verb->add_option("--occurred-at", given->occurred_at, "when it happened, such as 2024-01-31T08:15:00Z")
        ->type_name("TIME");
    verb->add_option("--idempotency-key", given->idempotency_key,
                     "any text; sent again with the same one, it is stored once")
        ->type_name("KEY");
    verb->add_option("--partitions", given->partitions,
                     "create the category with this many logs; fails if it has another number")
        ->type_name("N")
        ->check(at_least(1));
    verb->footer("example: annals append sample-S-1 sample.created '{\"sample_type\": \"blood\"}' --expected none");
    session.runs(*verb, [&session, given] { return append(session, *given); });
}

}  // namespace annals::cli
