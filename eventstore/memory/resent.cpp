// SPDX-License-Identifier: Apache-2.0
#include <eventstore/memory/resent.hpp>

#include <algorithm>

namespace annals::eventstore::memory {
namespace {

/// Metadata and times may differ: a call that is sent again carries another traceparent.
auto same_content(const recorded_event& stored, const new_event& sent) -> bool
{
    return stored.type == sent.type && stored.schema_version == sent.schema_version && stored.data == sent.data;
}

/// Compares the events with those that stand in the stream from `index` on.
auto compare_from(const category_records& in, const category_records::stream& stream, const stream_append& part,
                  std::size_t index) -> resent
{
    std::optional<uuid> found;
    std::optional<uuid> differs;
    std::size_t same = 0;
    for (std::size_t i = 0; i < part.events.size() && index + i < stream.at.size(); ++i) {
        const auto& stored = in.event(stream, index + i);
        if (stored.id != part.events[i].id) continue;
        if (!found) found = stored.id;
        if (same_content(stored, part.events[i])) ++same;
        else if (!differs) differs = stored.id;
    }
    if (!found) return {};
    if (same == part.events.size()) return {.is = resent::finding::present, .index = index, .id = *found};
    return {.is = resent::finding::reused, .id = differs.value_or(*found)};
}

}  // namespace

auto find_at_expected_version(const category_records& in, const stream_append& part) -> resent
{
    const auto* const stream = in.find(part.stream.key);
    return stream ? compare_from(in, *stream, part, static_cast<std::size_t>(part.expected.version.number)) : resent{};
}

auto find_anywhere(const category_records& in, const stream_append& part) -> resent
{
    const auto* const stream = in.find(part.stream.key);
    for (std::size_t index = 0; stream && index < stream->at.size(); ++index) {
        const auto& id = in.event(*stream, index).id;
        if (id == part.events.front().id) return compare_from(in, *stream, part, index);
        if (std::ranges::find(part.events, id, &new_event::id) != part.events.end())
            return {.is = resent::finding::reused, .id = id};
    }
    return {};
}

}  // namespace annals::eventstore::memory
