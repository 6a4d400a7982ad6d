// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/limits.hpp>

#include <annals/eventstore/append.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/payload_check.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace annals::eventstore {
namespace {

auto is_letter_or_digit(char c) -> bool
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

auto too_long(std::string_view text, std::size_t bytes_max) -> std::string
{
    return "has " + std::to_string(text.size()) + " bytes; the limit is " + std::to_string(bytes_max);
}

/// What is wrong with a key, a type or an idempotency key, as the end of a sentence; nothing when it is valid.
auto fault_of_text(std::string_view text) -> std::optional<std::string>
{
    if (text.empty()) return "is empty";
    if (text.size() > limits::name_bytes) return too_long(text, limits::name_bytes);
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(text, is_control)) return "holds a control character";
    if (!is_utf8(text)) return "is not valid UTF-8";
    return {};
}

auto fault_within(std::string_view text, std::size_t bytes_max) -> std::optional<std::string>
{
    return text.size() > bytes_max ? too_long(text, bytes_max) : fault_of_payload(text);
}

void check_streams(const append_request& request)
{
    std::set<std::pair<std::string_view, std::string_view>> streams;
    for (const auto& part : request.streams)
        if (!streams.emplace(part.stream.category, part.stream.key).second)
            throw invalid_request("the stream " + to_string(part.stream) + " occurs twice in one append");
}

void check_ids(const append_request& request)
{
    std::vector<uuid> ids;
    for (const auto& part : request.streams)
        for (const auto& event : part.events) ids.push_back(event.id);
    std::ranges::sort(ids);
    if (const auto twice = std::ranges::adjacent_find(ids); twice != ids.end())
        throw invalid_request("the event id " + to_string(*twice) + " occurs twice in one append");
}

}  // namespace

void check_category(std::string_view name)
{
    const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_'; };
    if (name.empty() || name.size() > limits::category_bytes || !is_letter_or_digit(name[0])
        || !std::ranges::all_of(name, allowed))
        throw invalid_request("\"" + std::string(name)
                              + "\" is not a category: 1 to 200 of A-Z a-z 0-9 . _, "
                                "beginning with a letter or a digit");
}

void check_name(const stream_id& stream)
{
    check_category(stream.category);
    if (const auto fault = fault_of_text(stream.key))
        throw invalid_request("the key of a stream in " + stream.category + " " + *fault);
}

void check_partitions(int partitions)
{
    if (partitions < 1 || partitions > limits::partitions)
        throw invalid_request("a category has 1 to " + std::to_string(limits::partitions) + " partitions, not "
                              + std::to_string(partitions));
}

void check_event(const new_event& event, const stream_id& stream)
{
    if (const auto fault = fault_of_text(event.type))
        throw invalid_request("the type of an event for " + to_string(stream) + " " + *fault);
    const auto refuse = [&](const std::string& why) {
        throw invalid_request(event.type + " for " + to_string(stream) + ": " + why);
    };
    if (event.schema_version < 1 || event.schema_version > 32767)
        refuse("a schema version is 1 to 32767, not " + std::to_string(event.schema_version));
    if (const auto fault = fault_within(event.data, limits::data_bytes)) refuse("the payload " + *fault);
    if (const auto fault = fault_within(event.metadata, limits::metadata_bytes)) refuse("the metadata " + *fault);
    if (event.occurred_at && !has_year_of_rfc3339(*event.occurred_at))
        refuse("a time of occurrence is in the years 0000 to 9999");
}

void check_request(const append_request& request)
{
    std::size_t events = 0;
    std::size_t bytes = 0;
    for (const auto& part : request.streams) {
        check_name(part.stream);
        if (part.expected.version.number < 0)
            throw invalid_request("the expected version of " + to_string(part.stream) + " is negative");
        events += part.events.size();
        for (const auto& event : part.events) {
            check_event(event, part.stream);
            bytes += event.data.size() + event.metadata.size();
        }
    }
    if (events == 0) throw invalid_request("an append without events");
    if (events > limits::events)
        throw invalid_request("an append of " + std::to_string(events) + " events; the limit is "
                              + std::to_string(limits::events));
    if (bytes > limits::append_bytes)
        throw invalid_request("an append of " + std::to_string(bytes) + " bytes; the limit is "
                              + std::to_string(limits::append_bytes));
    if (request.streams.size() > 1) check_streams(request);
    if (events > 1) check_ids(request);
    if (!request.idempotency_key) return;
    if (const auto fault = fault_of_text(*request.idempotency_key))
        throw invalid_request("the idempotency key " + *fault);
}

}  // namespace annals::eventstore
