// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/payload_columns.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/timestamp.hpp>

#include <algorithm>
#include <array>

namespace annals::projections {
namespace {

using eventstore::json;

constexpr std::size_t name_bytes_max = 63;
/// Every table has these.
constexpr std::array<std::string_view, 6> system_columns{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"};

auto is_time(const std::string& text) -> bool
{
    constexpr std::size_t shortest = std::string_view("2024-01-31T08:15:00Z").size();
    if (text.size() < shortest || text[4] != '-' || text.starts_with("0000")) return false;
    try {
        eventstore::parse_timestamp(text);
        return true;
    } catch (const eventstore::invalid_request&) {
        return false;
    }
}

auto kind_of(const json& value) -> column_kind
{
    if (value.is_null()) return column_kind::nothing;
    if (value.is_number()) return column_kind::number;
    if (value.is_boolean()) return column_kind::boolean;
    if (!value.is_string()) return column_kind::json;
    return is_time(value.get_ref<const std::string&>()) ? column_kind::time : column_kind::text;
}

/// A kind that can hold both.
auto common(column_kind one, column_kind other) -> column_kind
{
    if (one == other || other == column_kind::nothing) return one;
    if (one == column_kind::nothing) return other;
    return one == column_kind::json || other == column_kind::json ? column_kind::json : column_kind::text;
}

auto can_be_a_name(const std::string& member) -> bool
{
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
    return !member.empty() && member.size() <= name_bytes_max && std::ranges::none_of(member, is_control);
}

void add_once(std::vector<std::string>& to, const std::string& name)
{
    if (std::ranges::find(to, name) == to.end()) to.push_back(name);
}

auto free_name(const std::string& member, const payload_columns& all, const std::vector<std::string>& taken)
    -> std::string
{
    const auto is_taken = [&](const std::string& name) {
        return std::ranges::find(taken, name) != taken.end()
               || std::ranges::find(system_columns, name) != system_columns.end()
               || std::ranges::find(all.columns, name, &payload_column::name) != all.columns.end();
    };
    auto name = member;
    while (is_taken(name)) name = "its_" + name;
    return name;
}

}  // namespace

auto columns_of_payloads(std::span<const eventstore::recorded_event> sample, const std::vector<std::string>& taken,
                         std::size_t columns_max) -> payload_columns
{
    payload_columns all{.columns = {}, .types = {}};
    std::vector<std::string> left_out;
    for (const auto& event : sample) {
        add_once(all.types, event.type);
        const auto payload = json::parse(event.data, nullptr, false);
        if (!payload.is_object())
            throw eventstore::invalid_request("the payload of " + to_string(event.stream) + " is no JSON object");
        for (const auto& [member, value] : payload.items()) {
            auto found = std::ranges::find(all.columns, member, &payload_column::member);
            if (found == all.columns.end()) {
                const auto name = free_name(member, all, taken);
                if (all.columns.size() == columns_max || !can_be_a_name(name)) {
                    add_once(left_out, member);
                    continue;
                }
                found = all.columns.insert(found, {.member = member, .name = name});
            }
            found->kind = common(found->kind, kind_of(value));
            add_once(found->types, event.type);
        }
    }
    all.left_out = left_out.size();
    return all;
}

}  // namespace annals::projections
