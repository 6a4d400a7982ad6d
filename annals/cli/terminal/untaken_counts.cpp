// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/untaken_counts.hpp>

#include <annals/app/with_separators.hpp>
#include <annals/cli/terminal/text_width.hpp>

namespace annals::cli {

void untaken_counts::add(const eventstore::recorded_event& event, const std::string& member)
{
    auto& its = found_[{event.stream.category, event.type, event.schema_version, member}];
    if (++its.events > 1 && event.recorded_at >= its.recorded_at) return;
    its.stream = to_string(event.stream);
    its.version = event.version;
    its.id = event.id;
    its.recorded_at = event.recorded_at;
}

void untaken_counts::print(const terminal& to) const
{
    table rows({"category", "type", "schema_version", "untaken_member", "events", "first_stream", "first_version",
                "first_id"});
    std::string lines;
    for (const auto& [of, its] : found_) {
        const auto& [category, type, version, member] = of;
        rows.add({category, type, version, member, its.events, its.stream, its.version.number,
                  eventstore::to_string(its.id)});
        lines += printable(type + " version " + std::to_string(version) + ": no field takes \"" + member + "\" of "
                           + app::with_separators(its.events) + (its.events == 1 ? " event" : " events") + ", first of "
                           + its.stream + " version " + std::to_string(its.version.number) + ", "
                           + eventstore::to_string(its.id));
        lines += '\n';
    }
    if (to.is_json()) to.print(rows);
    else to.print(lines);
}

}  // namespace annals::cli
