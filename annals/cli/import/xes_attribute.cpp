// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/xes_attribute.hpp>

#include <annals/cli/import/json_text.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace annals::cli::imports {
namespace {

struct typed_value {
    std::string text;
    cell_kind kind = cell_kind::text;
};

auto is_list(const xes_attribute& attribute) -> bool
{
    return attribute.type == "list" || attribute.type == "container";
}

void append_value(std::string& to, const cell& from)
{
    if (from.kind == cell_kind::json) to += from.value;
    else append_json_string(to, from.value);
}

/// The items as a JSON array; each is an object with the cells that the item would have.
auto array_of(const std::vector<xes_attribute>& items) -> std::string
{
    std::string array = "[";
    for (const auto& item : items) {
        row_buffer row;
        add_cells(item, "", row);
        merge_repeated(row);
        array += array.size() > 1 ? ",{" : "{";
        for (const auto& cell : row.cells()) {
            if (array.back() != '{') array += ',';
            append_json_string(array, cell.column);
            array += ':';
            append_value(array, cell);
        }
        array += '}';
    }
    return array + "]";
}

auto value_of(const xes_attribute& attribute) -> typed_value
{
    if (is_list(attribute)) return {array_of(attribute.nested), cell_kind::json};
    const bool number = attribute.type == "int" || attribute.type == "float";
    if (number && is_json_number(attribute.value)) return {attribute.value, cell_kind::json};
    if (attribute.type == "boolean")
        if (const auto value = as_boolean(attribute.value)) return {*value ? "true" : "false", cell_kind::json};
    return {attribute.value, cell_kind::text};
}

}  // namespace

auto is_xes_attribute(std::string_view element) -> bool
{
    static constexpr std::array<std::string_view, 8> types{"string",  "date", "int",  "float",
                                                           "boolean", "id",   "list", "container"};
    return std::ranges::find(types, element) != types.end();
}

void add_cells(const xes_attribute& attribute, const std::string& prefix, row_buffer& to)
{
    const auto [text, kind] = value_of(attribute);
    to.add(prefix + attribute.key, text, kind);
    if (is_list(attribute)) return;
    for (const auto& nested : attribute.nested) add_cells(nested, prefix + attribute.key + "/", to);
}

void merge_repeated(row_buffer& row)
{
    std::map<std::string_view, std::vector<const cell*>> by_column;
    std::set<std::tuple<std::string_view, cell_kind, std::string_view>> known;
    const auto cells = row.cells();
    for (const auto& each : cells)
        if (known.emplace(each.column, each.kind, each.value).second) by_column[each.column].push_back(&each);
    if (by_column.size() == cells.size()) return;

    row_buffer merged;
    for (const auto& each : cells) {
        const auto& values = by_column[each.column];
        if (values.front() != &each) continue;
        if (values.size() == 1) {
            merged.add(each.column, each.value, each.kind);
            continue;
        }
        std::string array = "[";
        for (const auto* value : values) {
            if (array.size() > 1) array += ',';
            append_value(array, *value);
        }
        merged.add(each.column, array + "]", cell_kind::json);
    }
    row = std::move(merged);
}

}  // namespace annals::cli::imports
