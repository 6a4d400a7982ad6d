// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <cli/at_least.hpp>
#include <cli/session.hpp>
#include <cli/verbs/verbs.hpp>
#include <eventstore/errors.hpp>
#include <eventstore/limits.hpp>

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
    std::optional<int> partitions;
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

auto to_request(const options& given) -> eventstore::append_request
{
    eventstore::new_event event{.type = given.type, .data = given.data, .metadata = given.metadata, .occurred_at = {}};
    if (given.data == "-") event.data.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (given.id) event.id = eventstore::parse_uuid(*given.id);
    if (given.occurred_at) event.occurred_at = eventstore::parse_timestamp(*given.occurred_at);
    eventstore::append_request request{.streams = {}, .idempotency_key = given.idempotency_key};
    request.streams.push_back(
        {eventstore::parse_stream(given.stream), parse_expected(given.expected), {std::move(event)}});
    request.resend = given.id.has_value();       // who names the id may have sent it before
    eventstore::check_request(request);
    if (given.partitions) eventstore::check_partitions(*given.partitions);
    return request;
}

/// An append that the streams of a category to be created cannot allow is refused before it is created.
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
    const auto result = append_to(session.store_to_append(), to_request(given), given.partitions);
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
    verb->add_option("--metadata", given->metadata, "a JSON object: user_id, correlation_id, causation_id, …")
        ->type_name("JSON");
    verb->add_option("--occurred-at", given->occurred_at, "when it happened, such as 2024-01-31T08:15:00Z")
        ->type_name("TIME");
    verb->add_option("--idempotency-key", given->idempotency_key,
                     "a text of yours: sent again with the same one, it is stored once")
        ->type_name("KEY");
    verb->add_option("--partitions", given->partitions,
                     "create the category with so many logs; fails where it has another number")
        ->type_name("N")
        ->check(at_least(1));
    verb->footer("example: annals append sample-S-1 sample.created '{\"sample_type\": \"blood\"}' --expected none");
    session.runs(*verb, [&session, given] { return append(session, *given); });
}

}  // namespace annals::cli
