// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/header.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>

#include <algorithm>

namespace annals::processors {
namespace {

using eventstore::invalid_request;

/// Names of schemas and roles contain it, and PostgreSQL cuts names at 63 bytes.
constexpr std::size_t name_bytes_max = 40;

auto is_name(std::string_view name) -> bool
{
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto allowed = [&](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= name_bytes_max && is_lower(name.front())
           && std::ranges::all_of(name, allowed);
}

}  // namespace

void check_header(const std::string& what, std::string_view name_given, int version, const category_names& names)
{
    const auto name = std::string(name_given);
    if (!is_name(name))
        throw invalid_request("\"" + name + "\" is not a " + what + "'s name: 1 to " + std::to_string(name_bytes_max)
                              + " of a-z 0-9 _, beginning with a letter");
    if (version < 1)
        throw invalid_request(what + " " + name + ": the version is a whole number from 1 on, not "
                              + std::to_string(version));
    auto categories = names.split();
    if (categories.empty())
        throw invalid_request(what + " " + name + " names no category: it would never see an event");
    for (const auto& category : categories) eventstore::check_category(category);
    std::ranges::sort(categories);
    if (const auto twice = std::ranges::adjacent_find(categories); twice != categories.end())
        throw invalid_request(what + " " + name + " names the category " + *twice + " twice");
}

}  // namespace annals::processors
