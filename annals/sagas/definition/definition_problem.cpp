// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/definition_problem.hpp>

#include <annals/eventstore/json.hpp>

#include <algorithm>
#include <string_view>

namespace annals::sagas {
namespace {

auto place_of(std::size_t step) -> std::string { return "steps[" + std::to_string(step) + "]"; }

/// That of the value; where it is not written, that of what it should be in.
auto line_of(const definition_problem& one, const definition_origin& origin) -> std::optional<std::string>
{
    for (auto path = one.path(); !path.empty(); path.resize(std::max<std::size_t>(path.find_last_of(".[") + 1, 1) - 1))
        if (const auto found = origin.lines.find(path); found != origin.lines.end())
            return std::to_string(found->second);
    return std::nullopt;
}

}  // namespace

auto shown_name(const std::string& name) -> std::string
{
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || std::string_view("_-.[]").contains(c);
    };
    return std::ranges::all_of(name, is_plain) ? name : eventstore::excerpt(name);
}

auto definition_problem::path() const -> std::string
{
    if (!step) return field;
    return place_of(*step) + (field.empty() ? "" : "." + field);
}

auto to_text(const definition_problem& one, const definition& of) -> std::string
{
    std::string text;
    if (one.step) {
        const auto id = *one.step < of.steps.size() ? shown_name(of.steps[*one.step].id) : "";
        text = place_of(*one.step) + (id.empty() ? "" : " " + id) + ": ";
    }
    if (!one.field.empty()) text += shown_name(one.field) + ": ";
    return text + one.text;
}

auto to_message(const std::vector<definition_problem>& all, const definition& of, const definition_origin& origin)
    -> std::string
{
    const auto saga = of.name.empty() ? "the saga" : "the saga " + shown_name(of.name);
    if (all.size() == 1) {
        const auto line = line_of(all[0], origin);
        const auto file = origin.file.empty() ? "" : origin.file + (line ? ":" + *line : "") + ": ";
        return file + saga + ": " + to_text(all[0], of);
    }
    auto message =
        (origin.file.empty() ? "" : origin.file + ": ") + saga + " has " + std::to_string(all.size()) + " problems:";
    for (const auto& one : all) {
        const auto line = line_of(one, origin);
        message += "\n  " + (line ? "line " + *line + ": " : "") + to_text(one, of);
    }
    return message;
}

}  // namespace annals::sagas
