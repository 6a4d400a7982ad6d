// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/untaken_members.hpp>

#include <algorithm>
#include <exception>

namespace annals::facts::detail {
namespace {

using eventstore::json;
using pointer = json::json_pointer;

struct member {
    std::string name = {};                   ///< for people
    pointer place = pointer();
};

/// The members of a form that are missing in what was read from it.
void add_missing(const json& form, const json& read, const member& at, std::vector<member>& found)
{
    if (form.is_object() && read.is_object()) {
        for (const auto& [key, value] : form.items()) {
            const member one{at.name + (at.name.empty() ? "" : ".") + key, at.place / key};
            if (read.contains(key)) add_missing(value, read.at(key), one, found);
            else if (!value.is_null()) found.push_back(one);
        }
    } else if (form.is_array() && read.is_array() && form.size() == read.size()) {
        for (std::size_t i = 0; i < form.size(); ++i)
            add_missing(form[i], read[i], {at.name + "[]", at.place / i}, found);
    }
}

/// Whether what is read depends on a member: it is left out, and replaced by values that hardly any reader takes.
auto matters(const json& stored, const pointer& place, const json& read_before, const reading_steps& steps) -> bool
{
    const auto is_other = [&](json changed) {
        try {
            return steps.read(steps.upcast(std::move(changed))) != read_before;
        } catch (const std::exception&) {
            return true;
        }
    };
    auto without = stored;
    without.at(place.parent_pointer()).erase(place.back());
    if (is_other(std::move(without))) return true;
    return std::ranges::any_of(std::vector<json>{true, json::object()}, [&](const json& value) {
        auto replaced = stored;
        replaced.at(place) = value;
        return is_other(std::move(replaced));
    });
}

}  // namespace

auto untaken_members(const json& stored, const reading_steps& steps) -> std::vector<std::string>
{
    const auto today = steps.upcast ? steps.upcast(stored) : stored;
    json read;
    try {
        read = steps.read(today);
    } catch (const eventstore::invalid_request&) {
        return {};                           // it can be read, but not be stored again
    }
    std::vector<member> found;
    add_missing(today, read, {}, found);
    if (steps.upcast)
        std::erase_if(found, [&](const member& one) {
            return !stored.contains(one.place) || matters(stored, one.place, read, steps);
        });
    std::vector<std::string> names;
    for (auto& one : found) names.push_back(std::move(one.name));
    std::ranges::sort(names);
    const auto [first, last] = std::ranges::unique(names);
    names.erase(first, last);
    return names;
}

}  // namespace annals::facts::detail
