// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/check_log.hpp>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

namespace annals::fault_runs {
namespace {

using answer = tried_append::answer;
using rows_by_id = std::unordered_map<std::string_view, const log_row*>;

auto place_of(const log_row& row) -> std::string
{
    return row.key + " version " + std::to_string(row.version) + " (log " + std::to_string(row.log) + ", position "
           + std::to_string(row.position) + ")";
}

auto by_id(const whole_log& log) -> rows_by_id
{
    rows_by_id all;
    for (const auto& row : log.rows) all.emplace(row.id, &row);
    return all;
}

/// How many events of the part are where they follow each other from the first one on.
void check_part(const tried_part& part, const tried_append& of, const rows_by_id& rows, checked& to)
{
    const log_row* first = nullptr;
    for (std::size_t i = 0; i < part.ids.size(); ++i) {
        const auto found = rows.find(part.ids[i]);
        if (found == rows.end()) return;     // counted by the caller
        const auto& row = *found->second;
        const auto ahead = static_cast<std::int64_t>(i);
        if (i == 0) first = &row;
        if (row.key != part.key || row.version != first->version + ahead || row.position != first->position + ahead)
            to.broken("the events of one append do not follow each other: " + place_of(row));
    }
    if (part.expected >= 0 && first->version != part.expected + 1)
        to.broken("expected version " + std::to_string(part.expected) + ", but is at " + place_of(*first));
    if (of.got == answer::stored && (first->version != part.first_version || first->position != part.first_position))
        to.broken("acknowledged at version " + std::to_string(part.first_version) + " and position "
                  + std::to_string(part.first_position) + ", but is at " + place_of(*first));
}

void check_append(const tried_append& one, const rows_by_id& rows, checked& to)
{
    std::size_t all = 0, there = 0;
    for (const auto& part : one.parts) {
        all += part.ids.size();
        there += static_cast<std::size_t>(
            std::ranges::count_if(part.ids, [&](const std::string& id) { return rows.contains(id); }));
    }
    const auto name = "append to " + one.parts[0].key + " (first event " + one.parts[0].ids[0] + ")";
    const auto counts = std::to_string(there) + " of " + std::to_string(all) + " events are in the log";
    if (one.got == answer::stored && there != all) to.broken("acknowledged " + name + ": " + counts);
    if (one.got == answer::refused && there != 0) to.broken("refused " + name + ": " + counts);
    if (one.got == answer::in_doubt && there != 0 && there != all) to.broken("unanswered " + name + ": " + counts);
    if (there == all)
        for (const auto& part : one.parts) check_part(part, one, rows, to);
}

}  // namespace

auto check_numbers(const whole_log& log) -> checked
{
    checked to("log: positions, versions and ids");
    std::map<int, std::int64_t> positions;
    std::unordered_map<std::string_view, std::pair<int, std::int64_t>> streams;
    std::set<std::string_view> ids;
    for (const auto& row : log.rows) {
        if (row.position != ++positions[row.log]) {
            to.broken("a position is missing, or there twice, before " + place_of(row));
            positions[row.log] = row.position;
        }
        auto& [of, version] = streams.try_emplace(row.key, row.log, 0).first->second;
        if (of != row.log) to.broken("a key is in two logs: " + place_of(row));
        if (row.version != ++version) {
            to.broken("a version is missing, there twice, or in a wrong order: " + place_of(row));
            version = row.version;
        }
        if (!ids.insert(row.id).second) to.broken("an event is there twice: " + row.id);
    }
    return to;
}

auto check_appends(const whole_log& log, const std::vector<tried_append>& appends) -> checked
{
    checked to("log: what was acknowledged");
    const auto rows = by_id(log);
    std::set<std::string_view> tried;
    for (const auto& one : appends) {
        for (const auto& part : one.parts) tried.insert(part.ids.begin(), part.ids.end());
        check_append(one, rows, to);
    }
    for (const auto& row : log.rows)
        if (!tried.contains(row.id)) to.broken("nobody appended " + place_of(row));
    return to;
}

}  // namespace annals::fault_runs
