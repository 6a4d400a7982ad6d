// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/row_mapper.hpp>

#include <annals/app/joined.hpp>
#include <annals/cli/import/json_text.hpp>

#include <algorithm>
#include <utility>

namespace annals::cli::imports {
namespace {

using eventstore::invalid_request;

/// The text of a cell that names something; for a number or boolean of a typed format, its text as written.
auto name_in(const cell* found, const std::string& column) -> std::string
{
    const bool is_json = found != nullptr && found->kind == cell_kind::json;
    if (found == nullptr || found->value.empty() || (is_json && found->value == "null"))
        throw invalid_request("column \"" + column + "\" is empty");
    if (is_json && (found->value.front() == '{' || found->value.front() == '['))
        throw invalid_request("column \"" + column + "\" is "
                              + std::string(found->value.front() == '{' ? "an object" : "a list") + ", not a text");
    return std::string(found->value);
}

/// A file with another delimiter has one column, whose name holds all names.
auto delimiter_hint(const std::vector<std::string>& available) -> std::string
{
    if (available.size() != 1) return {};
    for (const auto& [delimiter, name] : {std::pair{';', "';'"}, std::pair{'\t', "tab"}, std::pair{'|', "'|'"}})
        if (available.front().contains(delimiter)) return std::string("; is it separated by --delimiter ") + name + "?";
    return {};
}

}  // namespace

row_mapper::row_mapper(std::string category, column_choice chosen, value_reading values)
    : category_(std::move(category)),
      chosen_(std::move(chosen)),
      values_(std::move(values)),
      key_(chosen_.key.value_or("case:concept:name")),
      type_(chosen_.type.value_or("concept:name")),
      time_(chosen_.time.value_or("time:timestamp"))
{}

void row_mapper::require(const std::vector<std::string>& available, const std::string& column,
                         std::string_view option) const
{
    if (std::ranges::find(available, column) != available.end()) return;
    throw missing_column("there is no column \"" + column + "\" (" + std::string(option)
                         + "); there are: " + app::joined(available) + delimiter_hint(available));
}

void row_mapper::check_columns(const std::vector<std::string>& available) const
{
    require(available, key_, "--key");
    require(available, type_, "--type");
    if (chosen_.time) require(available, time_, "--time");
    if (chosen_.id) require(available, *chosen_.id, "--id");
    for (const auto& column : chosen_.text) require(available, column, "--text");
}

void row_mapper::check_first(const row& first) const
{
    std::vector<std::string> available;
    for (const auto& cell : first.cells) available.emplace_back(cell.column);
    require(available, key_, "--key");
    require(available, type_, "--type");
    if (chosen_.time) require(available, time_, "--time");
    if (chosen_.id) require(available, *chosen_.id, "--id");
}

auto row_mapper::map(const row& from) const -> mapped_row
{
    const cell* key = nullptr;
    const cell* type = nullptr;
    const cell* time = nullptr;
    const cell* id = nullptr;
    mapped_row mapped;
    const auto take = [](const cell*& place, const cell& found) {
        if (place != nullptr) throw invalid_request("\"" + std::string(found.column) + "\" occurs twice in the row");
        place = &found;
    };
    for (const auto& cell : from.cells) {
        if (cell.column == key_) take(key, cell);
        if (cell.column == type_) take(type, cell);
        if (cell.column == time_) take(time, cell);
        if (cell.column == chosen_.id) take(id, cell);
        if (cell.column != key_ && cell.column != type_ && cell.column != time_) add_member(mapped.data, cell);
    }
    mapped.data = mapped.data.empty() ? "{}" : mapped.data + '}';
    mapped.stream = {category_, name_in(key, key_)};
    mapped.type = name_in(type, type_);
    if (time != nullptr || chosen_.time) mapped.occurred_at = time_in(time);
    if (chosen_.id) mapped.source_id = name_in(id, *chosen_.id);
    return mapped;
}

auto row_mapper::time_in(const cell* found) const -> eventstore::timestamp
{
    const auto text = name_in(found, time_);
    try {
        return values_.times.read(text);
    } catch (const unreadable_value& problem) {
        throw unreadable_value("column \"" + time_ + "\": " + problem.what(), problem.hint());
    }
}

void row_mapper::add_member(std::string& data, const cell& from) const
{
    const bool untyped = from.kind == cell_kind::untyped;
    if (untyped && from.value.empty()) return;

    data += data.empty() ? '{' : ',';
    append_json_string(data, from.column);
    data += ':';
    if (chosen_.text.contains(std::string(from.column))) append_json_string(data, from.value);
    else if (untyped) add_untyped(data, from.value);
    else if (from.kind == cell_kind::json) data += from.value;
    else append_json_string(data, from.value);
}

/// A number, a boolean or a text, depending on how it is written.
void row_mapper::add_untyped(std::string& data, std::string_view value) const
{
    std::string number{value};
    if (values_.decimal_comma) std::ranges::replace(number, '.', ' ');       // 1.500 may be 1500: it stays a text
    if (values_.decimal_comma) std::ranges::replace(number, ',', '.');
    const auto boolean = as_boolean(value);
    if (boolean) data += *boolean ? "true" : "false";
    else if (is_json_number(number)) data += number;
    else append_json_string(data, value);
}

}  // namespace annals::cli::imports
