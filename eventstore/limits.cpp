// SPDX-License-Identifier: Apache-2.0
#include <eventstore/limits.hpp>

#include <eventstore/append.hpp>
#include <eventstore/errors.hpp>
#include <eventstore/payload_check.hpp>

#include <algorithm>
#include <set>
#include <vector>

namespace annals::eventstore {
namespace {

auto is_letter_or_digit(char c) -> bool
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

void check_text(std::string_view text, std::string_view what)
{
    if (text.empty()) throw invalid_request(std::string(what) + " is empty");
    if (text.size() > limits::name_bytes)
        throw invalid_request(std::string(what) + " has " + std::to_string(text.size()) + " bytes; the limit is "
                              + std::to_string(limits::name_bytes));
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(text, is_control)) throw invalid_request(std::string(what) + " holds a control character");
    if (!is_utf8(text)) throw invalid_request(std::string(what) + " is not valid UTF-8");
}

void check_time(timestamp occurred_at, const std::string& where)
{
    using namespace std::chrono;
    if (occurred_at < sys_days{year{0} / January / 1} || occurred_at >= sys_days{year{10000} / January / 1})
        throw invalid_request(where + "a time of occurrence is in the years 0000 to 9999, not "
                              + to_string(occurred_at));
}

void check_ids(const append_request& request)
{
    std::vector<uuid> ids;
    for (const auto& part : request.streams)
        for (const auto& event : part.events) ids.push_back(event.id);
    std::ranges::sort(ids);
    if (const auto twice = std::ranges::adjacent_find(ids); twice != ids.end())
        throw invalid_request("the event id " + to_string(*twice) + " stands twice in one append");
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
    check_text(stream.key, "the key of a stream in " + stream.category);
}

void check_partitions(int partitions)
{
    if (partitions < 1 || partitions > limits::partitions)
        throw invalid_request("a category has 1 to " + std::to_string(limits::partitions) + " partitions, not "
                              + std::to_string(partitions));
}

void check_payload(std::string_view text, std::size_t bytes_max, std::string_view where)
{
    if (text.size() > bytes_max)
        throw invalid_request(std::string(where) + " has " + std::to_string(text.size()) + " bytes; the limit is "
                              + std::to_string(bytes_max));
    if (const auto fault = fault_of_payload(text)) throw invalid_request(std::string(where) + " " + *fault);
}

void check_event(const new_event& event, const stream_id& stream)
{
    check_text(event.type, "the type of an event for " + to_string(stream));
    const auto where = event.type + " for " + to_string(stream) + ": ";
    if (event.schema_version < 1 || event.schema_version > 32767)
        throw invalid_request(where + "a schema version is 1 to 32767, not " + std::to_string(event.schema_version));
    check_payload(event.data, limits::data_bytes, where + "the payload");
    check_payload(event.metadata, limits::metadata_bytes, where + "the metadata");
    if (event.occurred_at) check_time(*event.occurred_at, where);
}

void check_request(const append_request& request)
{
    std::size_t events = 0;
    std::size_t bytes = 0;
    std::set<std::pair<std::string_view, std::string_view>> streams;
    for (const auto& part : request.streams) {
        check_name(part.stream);
        if (!streams.emplace(part.stream.category, part.stream.key).second)
            throw invalid_request("the stream " + to_string(part.stream) + " stands twice in one append");
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
    check_ids(request);
    if (request.idempotency_key) check_text(*request.idempotency_key, "the idempotency key");
}

}  // namespace annals::eventstore
