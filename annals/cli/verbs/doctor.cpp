// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/doctor.hpp>

#include <annals/cli/at_least.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/terminal/text_width.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/eventstore/json.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <unistd.h>

namespace annals::cli {
namespace {

using weight = operations::finding::weight;

auto word_for(weight is) -> std::string
{
    if (is == weight::problem) return "problem";
    return is == weight::advice ? "advice" : "ok";
}

auto colour_for(weight is) -> const char*
{
    if (is == weight::problem) return "\033[1;31m";
    return is == weight::advice ? "\033[1;33m" : "\033[32m";
}

auto padded(const std::string& text, std::size_t columns) -> std::string
{
    return text + std::string(columns - std::min(columns, columns_of(text)), ' ');
}

auto lines_for_people(const std::vector<operations::finding>& findings) -> std::string
{
    std::size_t longest = 0;
    for (const auto& one : findings) longest = std::max(longest, columns_of(one.about));
    const auto word_columns = std::string("problem").size();
    const auto indent = std::string(word_columns + longest + 4, ' ');
    std::string all;
    for (const auto& one : findings) {
        auto word = padded(word_for(one.is), word_columns);
        if (has_colours(STDOUT_FILENO)) word = colour_for(one.is) + word + "\033[0m";
        all += word + "  " + padded(one.about, longest) + "  " + printable(one.found) + "\n";
        if (!one.to_do.empty()) all += indent + "→ " + printable(one.to_do) + "\n";
    }
    return all;
}

auto as_object(const std::vector<telemetry::field>& values) -> json_text
{
    auto all = eventstore::json::object();
    for (const auto& one : values)
        std::visit([&](const auto& value) { all[std::string(one.name)] = value; }, one.value);
    return {all.dump()};
}

void show(const terminal& terminal, const std::vector<operations::finding>& findings)
{
    if (!terminal.is_json()) return terminal.print(lines_for_people(findings));
    table lines({"state", "about", "found", "to_do", "values"});
    for (const auto& one : findings)
        lines.add({word_for(one.is), one.about, one.found, cell_of(one.to_do), as_object(one.values)});
    terminal.print(lines);
}

}  // namespace

void add_doctor(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("doctor", "check servers, schema, privileges, topics and lag; say what to do")
                     ->group(group::start_here);
    auto lag_max = std::make_shared<std::optional<std::int64_t>>();
    verb->add_option("--max-lag", *lag_max, "more events behind than this is a problem, for probes")
        ->type_name("EVENTS")
        ->check(at_least(0));
    verb->footer("Exit code 3 when there is a problem; advice alone is 0. Changes nothing.");
    session.runs(*verb, [&session, lag_max] {
        const auto findings = operations::examine(session, *lag_max);
        show(session.terminal(), findings);
        const bool well = std::ranges::none_of(findings, [](const auto& one) { return one.is == weight::problem; });
        return well ? exit_code::done : exit_code::found;
    });
}

}  // namespace annals::cli
