// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/cloud_event.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/metadata_codec.hpp>

#include <charconv>
#include <utility>

namespace annals::kafka {

using namespace eventstore;

namespace {

constexpr std::string_view utc = "Z", utc_as_offset = "+00:00";

auto padded(std::int64_t number) -> std::string
{
    auto digits = std::to_string(number);
    return digits.insert(0, 20 - digits.size(), '0');
}

auto time_of_occurrence(const recorded_event& event) -> std::string
{
    auto text = to_string(event.time());
    if (event.occurred_at == event.recorded_at) text.replace(text.size() - utc.size(), utc.size(), utc_as_offset);
    return text;
}

/// Old stored metadata may hold a number beyond a double's range, which is refused today: its members cannot be read.
auto members_of(const std::string& stored) -> metadata
{
    try {
        return decode_metadata(stored);
    } catch (const mismatch&) {
        return {};
    }
}

void add_metadata(const std::string& stored, std::vector<header>& headers)
{
    if (stored == "{}") return;
    const auto known = members_of(stored);
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) headers.push_back({name, value});
    };
    add("ce_correlationid", known.correlation_id);
    add("ce_causationid", known.causation_id);
    add("traceparent", known.traceparent);
    add("tracestate", known.tracestate);
    headers.push_back({"ce_metadata", stored});
}

/// Finds headers by name; remembers a missing one, which is named once at the end.
class header_reader {
public:
    explicit header_reader(const std::vector<header>& headers) : headers_(headers) {}

    auto find(std::string_view name) const -> const std::string*
    {
        for (const auto& header : headers_)
            if (header.name == name) return &header.value;
        return nullptr;
    }

    auto text(std::string_view name) const -> const std::string&
    {
        if (const auto* value = find(name)) return *value;
        throw mismatch("there is no header " + std::string(name));
    }

    template <class Number>
    auto number(std::string_view name) const -> Number
    {
        const auto& digits = text(name);
        Number value = 0;
        const auto* end = digits.data() + digits.size();
        const auto parsed = std::from_chars(digits.data(), end, value);
        if (parsed.ec != std::errc{} || parsed.ptr != end || value < 1)
            throw mismatch("header " + std::string(name) + " is not a number above 0 but \"" + digits + "\"");
        return value;
    }

private:
    const std::vector<header>& headers_;
};

auto decoded(const record& record, int partition) -> published_event
{
    const header_reader headers(record.headers);
    if (headers.text("ce_specversion") != "1.0") throw mismatch("ce_specversion is not 1.0");
    published_event published;
    auto& event = published.event;
    event.stream = parse_stream(headers.text("ce_subject"));
    if (event.stream.key != record.key)
        throw mismatch("its key is \"" + record.key + "\" but ce_subject names " + to_string(event.stream));
    event.id = parse_uuid(headers.text("ce_id"));
    event.version = {headers.number<std::int64_t>("ce_streamversion")};
    event.position = {headers.number<std::int64_t>("ce_sequence")};
    event.partition = partition;
    event.type = headers.text("ce_type");
    event.schema_version = headers.number<int>("ce_schemaversion");
    event.data = record.value;
    const auto* metadata = headers.find("ce_metadata");
    event.metadata = metadata ? *metadata : "{}";
    const auto& recorded = headers.text("ce_recordedtime");
    event.recorded_at = parse_timestamp(recorded);
    if (const auto& time = headers.text("ce_time"); time != recorded) event.occurred_at = parse_timestamp(time);
    published.from = {headers.text("ce_source"), headers.text("ce_epoch")};
    return published;
}

}  // namespace

auto to_record(const recorded_event& event, const origin& from) -> record
{
    record record{event.stream.key, event.data, {}};
    record.headers.reserve(17);
    record.headers = {
        {"content-type", "application/json"},
        {"ce_specversion", "1.0"},
        {"ce_id", to_string(event.id)},
        {"ce_source", from.source},
        {"ce_subject", to_string(event.stream)},
        {"ce_type", event.type},
        {"ce_time", time_of_occurrence(event)},
        {"ce_recordedtime", to_string(event.recorded_at)},
        {"ce_sequence", padded(event.position.number)},
        {"ce_streamversion", std::to_string(event.version.number)},
        {"ce_schemaversion", std::to_string(event.schema_version)},
        {"ce_epoch", from.incarnation},
    };
    add_metadata(event.metadata, record.headers);
    return record;
}

auto from_record(const record& record, int partition) -> std::expected<published_event, std::string>
{
    try {
        return decoded(record, partition);
    } catch (const error& problem) {
        return std::unexpected(problem.what());
    }
}

auto position_of(std::string_view sequence) -> log_position
{
    std::int64_t number = 0;
    const auto* end = sequence.data() + sequence.size();
    const auto parsed = std::from_chars(sequence.data(), end, number);
    return parsed.ec == std::errc{} && parsed.ptr == end ? log_position{number} : log_position{};
}

}  // namespace annals::kafka
