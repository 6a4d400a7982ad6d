// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/resent.hpp>

#include <annals/eventstore/json.hpp>

#include <algorithm>

namespace annals::eventstore::memory {
namespace {

constexpr std::size_t last_events = 1000;

auto is_same_json(const std::string& stored, const std::string& sent) -> bool
{
    return stored == sent
           || nlohmann::json::parse(stored, nullptr, false) == nlohmann::json::parse(sent, nullptr, false);
}

/// What differs between two events with one id; empty when they are the same.
auto difference(const recorded_event& stored, const new_event& sent) -> std::string
{
    std::string names;
    const auto add = [&](bool is_same, std::string_view name) {
        if (!is_same) names.append(names.empty() ? "" : ", ").append(name);
    };
    add(stored.type == sent.type, "type");
    add(stored.schema_version == sent.schema_version, "schema version");
    add(stored.data == sent.data, "data");
    add(stored.occurred_at == sent.occurred_at, "time of occurrence");
    add(is_same_json(stored.metadata, sent.metadata), "metadata");
    return names;
}

/// Compares the events with those of the stream from `index` on.
auto compare_from(const category_records& in, const category_records::stream& stream, const stream_append& part,
                  std::size_t index) -> resent
{
    resent found;
    std::size_t same = 0;
    for (std::size_t i = 0; i < part.events.size() && index + i < stream.at.size(); ++i) {
        const auto& stored = in.event(stream, index + i);
        if (stored.id != part.events[i].id) continue;
        auto differs = difference(stored, part.events[i]);
        if (differs.empty()) ++same;
        if (found.is == resent::finding::absent || (found.differs.empty() && !differs.empty()))
            found = {.is = resent::finding::reused, .id = stored.id, .differs = std::move(differs)};
    }
    if (same == part.events.size()) return {.is = resent::finding::present, .index = index, .id = found.id};
    if (found.is == resent::finding::reused && found.differs.empty()) found.differs = "other events";
    return found;
}

auto has_id(const stream_append& part, const uuid& id) -> bool
{
    return std::ranges::find(part.events, id, &new_event::id) != part.events.end();
}

}  // namespace

auto find_at_expected_version(const category_records& in, const stream_append& part, bool sent_again) -> resent
{
    const auto* const stream = in.find(part.stream.key);
    if (!stream) return {};
    auto found = compare_from(in, *stream, part, static_cast<std::size_t>(part.expected.version.number));
    if (found.is != resent::finding::absent || !sent_again) return found;
    const auto size = stream->at.size();
    for (auto index = size; index-- > size - std::min(size, last_events);)
        if (const auto& id = in.event(*stream, index).id; has_id(part, id))
            return {.is = resent::finding::reused, .id = id, .differs = "version"};
    return {};
}

auto find_anywhere(const category_records& in, const stream_append& part) -> resent
{
    const auto* const stream = in.find(part.stream.key);
    for (std::size_t index = 0; stream && index < stream->at.size(); ++index) {
        const auto& id = in.event(*stream, index).id;
        if (id == part.events.front().id) return compare_from(in, *stream, part, index);
        if (has_id(part, id)) return {.is = resent::finding::reused, .id = id, .differs = "other events"};
    }
    return {};
}

}  // namespace annals::eventstore::memory
