// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/metadata_codec.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>

#include <array>
#include <utility>

namespace annals::eventstore {
namespace {

constexpr std::array<std::pair<const char*, std::string metadata::*>, 6> named_members{{
    {"correlation_id", &metadata::correlation_id},
    {"causation_id", &metadata::causation_id},
    {"user_id", &metadata::user_id},
    {"source_service", &metadata::source_service},
    {"traceparent", &metadata::traceparent},
    {"tracestate", &metadata::tracestate},
}};

}  // namespace

auto encode(const metadata& value) -> std::string
{
    auto stored = json::object();
    for (const auto& [name, member] : named_members)
        if (!(value.*member).empty()) stored[name] = value.*member;
    if (!value.other.empty()) {
        const auto other = json::parse(value.other, nullptr, false);
        if (!other.is_object()) throw invalid_request("metadata.other is not a JSON object: " + value.other);
        for (const auto& [name, member] : other.items()) {
            if (stored.contains(name)) throw invalid_request("metadata.other repeats the member " + name);
            stored[name] = member;
        }
    }
    return to_text(stored, "the metadata");
}

auto decode_metadata(std::string_view text) -> metadata
{
    auto stored = json::parse(text, nullptr, false);
    if (!stored.is_object()) throw mismatch("stored metadata is not a JSON object: " + std::string(text));
    metadata value;
    for (const auto& [name, member] : named_members) {
        const auto found = stored.find(name);
        if (found == stored.end() || !found->is_string()) continue;
        value.*member = found->get<std::string>();
        stored.erase(found);
    }
    if (!stored.empty()) value.other = stored.dump();
    return value;
}

}  // namespace annals::eventstore
