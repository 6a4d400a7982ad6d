// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/lag_table.hpp>

#include <annals/cli/terminal/duration_text.hpp>
#include <annals/eventstore/timestamp.hpp>

#include <algorithm>

namespace annals::cli {
namespace {

using way = lag_trend::way;
using names = std::vector<std::string>;

auto arrow(way is) -> std::string
{
    switch (is) {
        case way::catching_up: return "↘ ";
        case way::falling_behind: return "↗ ";
        case way::not_moving: return "! ";
        case way::level: break;
    }
    return "→ ";
}

auto place_or_state(const lag_row& row, bool by_log) -> cell { return by_log ? row.log : row.state; }

auto behind(const lag_row& row) -> cell { return row.now ? cell(row.now->behind()) : cell{}; }
auto applied(const lag_row& row) -> cell { return row.now ? cell(row.now->applied) : cell{}; }
auto head(const lag_row& row) -> cell { return row.now ? cell(row.now->head) : cell{}; }
auto seconds(const lag_row& row) -> cell
{
    return row.now ? cell(std::chrono::duration<double>(row.now->age).count()) : cell{};
}

auto has_two_versions(const std::vector<lag_row>& rows) -> bool
{
    return std::ranges::adjacent_find(rows,
                                      [](const lag_row& one, const lag_row& next) {
                                          return one.processor.name == next.processor.name
                                                 && one.processor.version != next.processor.version;
                                      })
           != rows.end();
}

}  // namespace

auto lag_table(const std::vector<lag_row>& rows, bool by_log) -> table
{
    table all({"name", "version", by_log ? "log" : "state", "applied", "head", "events_behind", "seconds_behind"});
    for (const auto& row : rows)
        all.add({row.processor.name, row.processor.version, place_or_state(row, by_log), applied(row), head(row),
                 behind(row), seconds(row)});
    return all;
}

auto lag_with_trend(const std::vector<lag_row>& rows, bool by_log) -> table
{
    const auto at = eventstore::to_string(eventstore::now());
    table all({"at", "name", "version", by_log ? "log" : "state", "applied", "head", "events_behind", "seconds_behind",
               "applied_per_second", "trend", "seconds_left"});
    for (const auto& row : rows) {
        const auto& trend = row.trend;
        all.add({at, row.processor.name, row.processor.version, place_or_state(row, by_log), applied(row), head(row),
                 behind(row), seconds(row), trend ? cell(trend->applied_per_second) : cell{},
                 trend ? cell(to_string(trend->is)) : cell{},
                 trend && trend->seconds_left ? cell(*trend->seconds_left) : cell{}});
    }
    return all;
}

auto lag_screen(const std::vector<lag_row>& rows, bool by_log) -> table
{
    const bool has_version = has_two_versions(rows);
    names columns{"name", by_log ? "log" : "state", "behind", "seconds", "trend", "time_left", "per_second", "applied",
                  "head"};
    if (has_version) columns.insert(columns.begin() + 1, "version");
    table all(columns);
    for (const auto& row : rows) {
        const auto& trend = row.trend;
        std::vector<cell> cells{row.processor.name,
                                place_or_state(row, by_log),
                                behind(row),
                                seconds(row),
                                trend ? cell(arrow(trend->is) + to_string(trend->is)) : cell{},
                                trend && trend->seconds_left ? cell(duration_text(*trend->seconds_left)) : cell{},
                                trend ? cell(static_cast<std::int64_t>(trend->applied_per_second)) : cell{},
                                applied(row),
                                head(row)};
        if (has_version) cells.insert(cells.begin() + 1, row.processor.version);
        all.add(std::move(cells));
    }
    return all;
}

auto colour_of(const lag_row& row) -> std::string
{
    if (!row.trend) return {};
    switch (row.trend->is) {
        case way::catching_up: return "\033[32m";
        case way::falling_behind: return "\033[31m";
        case way::not_moving: return "\033[33m";
        case way::level: break;
    }
    return {};
}

}  // namespace annals::cli
