// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/comparison_lines.hpp>

#include <annals/app/joined.hpp>
#include <annals/eventstore/json.hpp>

namespace annals::cli {
namespace {

using projections::rebuild::comparison;
using projections::rebuild::row_difference;
using projections::rebuild::table_comparison;
using kind = row_difference::difference_kind;

auto word_of(kind is) -> std::string
{
    if (is == kind::missing) return "missing";
    return is == kind::added ? "added" : "changed";
}

/// JSON text, or null when there is none.
auto parsed(const std::string& text) -> eventstore::json
{
    return text.empty() ? eventstore::json() : eventstore::json::parse(text);
}

auto first_as_json(const table_comparison& one) -> json_text
{
    auto list = eventstore::json::array();
    for (const auto& row : one.first)
        list.push_back({{"kind", word_of(row.kind)},
                        {"key", parsed(row.key)},
                        {"old", parsed(row.in_old)},
                        {"new", parsed(row.in_new)},
                        {"rows", row.rows}});
    return {list.dump()};
}

void print_first(const terminal& to, const table_comparison& one)
{
    if (one.first.empty()) return;
    to.print("\n" + one.table + ", the first differences:\n");
    table rows({"difference", "key", "old", "new"});
    for (const auto& row : one.first)
        rows.add({word_of(row.kind), cell_of(row.key), cell_of(row.in_old), cell_of(row.in_new)});
    to.print(rows);
}

void note_columns(const terminal& to, const table_comparison& one, const std::string& old, const std::string& fresh)
{
    if (!one.only_old.empty()) to.note(one.table + ": only in " + old + ": " + app::joined(one.only_old));
    if (!one.only_new.empty()) to.note(one.table + ": only in " + fresh + ": " + app::joined(one.only_new));
    if (one.key.empty()) to.note(one.table + ": its rows have no key; equal rows were counted");
}

auto rows_for_programs(const comparison& found) -> table
{
    table rows({"table", "equal", "rows_old", "rows_new", "missing", "added", "changed", "key", "compared", "only_old",
                "only_new", "first"});
    for (const auto& one : found.tables)
        rows.add({one.table, one.equal(), one.rows_old, one.rows_new, one.missing, one.added, one.changed, one.key,
                  one.compared, one.only_old, one.only_new, first_as_json(one)});
    return rows;
}

}  // namespace

auto as_json(const comparison& found) -> json_text { return rows_for_programs(found).json_list(); }

void print_comparison(const terminal& to, const comparison& found, const std::string& old, const std::string& fresh)
{
    if (to.is_json()) return to.print(rows_for_programs(found));
    table rows({"table", "rows_old", "rows_new", "missing", "added", "changed"});
    for (const auto& one : found.tables)
        rows.add({one.table, one.rows_old, one.rows_new, one.missing, one.added, one.changed});
    if (!rows.empty()) to.print(rows);
    for (const auto& one : found.tables) {
        note_columns(to, one, old, fresh);
        print_first(to, one);
    }
    if (!found.only_old.empty()) to.note("tables only in " + old + ": " + app::joined(found.only_old));
    if (!found.only_new.empty()) to.note("tables only in " + fresh + ": " + app::joined(found.only_new));
}

}  // namespace annals::cli
