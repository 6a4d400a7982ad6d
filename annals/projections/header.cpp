// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/header.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>

#include <algorithm>

namespace annals::projections {
namespace {

using eventstore::invalid_request;

/// Schema and role names contain it, and PostgreSQL cuts names at 63 bytes.
constexpr std::size_t name_bytes_max = 40;

auto is_projection_name(std::string_view name) -> bool
{
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto allowed = [&](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= name_bytes_max && is_lower(name.front())
           && std::ranges::all_of(name, allowed);
}

auto trimmed(std::string_view text) -> std::string_view
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

auto split_categories(std::string_view text) -> std::vector<std::string>
{
    std::vector<std::string> names;
    while (!trimmed(text).empty()) {
        const auto comma = std::min(text.find(','), text.size());
        names.emplace_back(trimmed(text.substr(0, comma)));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return names;
}

void check(const header& header)
{
    const auto name = std::string(header.projection);
    if (!is_projection_name(name))
        throw invalid_request("\"" + name + "\" is not a projection's name: 1 to " + std::to_string(name_bytes_max)
                              + " of a-z 0-9 _, beginning with a letter");
    if (header.version < 1)
        throw invalid_request("projection " + name + ": the version is a whole number from 1 on, not "
                              + std::to_string(header.version));
    auto categories = split_categories(header.categories);
    if (categories.empty())
        throw invalid_request("projection " + name + " names no category: it would never see an event");
    for (const auto& category : categories) eventstore::check_category(category);
    std::ranges::sort(categories);
    if (const auto twice = std::ranges::adjacent_find(categories); twice != categories.end())
        throw invalid_request("projection " + name + " names the category " + *twice + " twice");
}

}  // namespace annals::projections
