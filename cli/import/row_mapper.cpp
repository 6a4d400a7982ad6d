// SPDX-License-Identifier: Apache-2.0
#include <cli/import/row_mapper.hpp>

#include <cli/import/json_text.hpp>
#include <cli/joined.hpp>

#include <algorithm>

namespace annals::cli::imports {
namespace {

using eventstore::invalid_request;

/// The characters of a cell that names something; a number or boolean of a typed format counts as written.
auto name_in(const cell* found, const std::string& column) -> std::string
{
    const bool is_json = found != nullptr && found->kind == cell_kind::json;
    if (found == nullptr || found->value.empty() || (is_json && found->value == "null"))
        throw invalid_request("\"" + column + "\" is empty");
    if (is_json && (found->value.front() == '{' || found->value.front() == '['))
        throw invalid_request("\"" + column + "\" is "
                              + std::string(found->value.front() == '{' ? "an object" : "a list") + ", not a text");
    return std::string(found->value);
}

}  // namespace

row_mapper::row_mapper(std::string category, column_choice chosen, assumed_zone zone)
    : category_(std::move(category)),
      chosen_(std::move(chosen)),
      zone_(zone),
      key_(chosen_.key.value_or("case:concept:name")),
      type_(chosen_.type.value_or("concept:name")),
      time_(chosen_.time.value_or("time:timestamp"))
{}

void row_mapper::require(const std::vector<std::string>& available, const std::string& column,
                         std::string_view option) const
{
    if (std::ranges::find(available, column) != available.end()) return;
    throw missing_column("there is no column \"" + column + "\" (" + std::string(option)
                         + "); there are: " + joined(available));
}

void row_mapper::check_columns(const std::vector<std::string>& available) const
{
    require(available, key_, "--key");
    require(available, type_, "--type");
    if (chosen_.time) require(available, time_, "--time");
    for (const auto& column : chosen_.text) require(available, column, "--text");
}

void row_mapper::check_first(const row& first) const
{
    std::vector<std::string> available;
    for (const auto& cell : first.cells) available.emplace_back(cell.column);
    require(available, key_, "--key");
    require(available, type_, "--type");
    if (chosen_.time) require(available, time_, "--time");
}

auto row_mapper::map(const row& from) const -> mapped_row
{
    const cell* key = nullptr;
    const cell* type = nullptr;
    const cell* time = nullptr;
    mapped_row mapped;
    for (const auto& cell : from.cells) {
        if (cell.column == key_) key = &cell;
        if (cell.column == type_) type = &cell;
        if (cell.column == time_) time = &cell;
        if (cell.column != key_ && cell.column != type_ && cell.column != time_) add_member(mapped.data, cell);
    }
    mapped.data = mapped.data.empty() ? "{}" : mapped.data + '}';
    mapped.stream = {category_, name_in(key, key_)};
    mapped.type = name_in(type, type_);
    if (time != nullptr || chosen_.time) mapped.occurred_at = read_time(name_in(time, time_), zone_);
    return mapped;
}

void row_mapper::add_member(std::string& data, const cell& from) const
{
    const bool untyped = from.kind == cell_kind::untyped;
    const bool is_json = from.kind == cell_kind::json;
    if (untyped && from.value.empty()) return;

    data += data.empty() ? '{' : ',';
    append_json_string(data, from.column);
    data += ':';
    const auto boolean = untyped ? as_boolean(from.value) : std::nullopt;
    if (chosen_.text.contains(std::string(from.column))) append_json_string(data, from.value);
    else if (boolean) data += *boolean ? "true" : "false";
    else if (is_json || (untyped && is_json_number(from.value))) data += from.value;
    else append_json_string(data, from.value);
}

}  // namespace annals::cli::imports
