// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>

namespace annals::cli {

namespace {

/// As what it is for programs; for people as it is written.
auto value_of(const app::configuration::shown& line, bool as_json) -> cell
{
    using form = app::configuration::shown::form;
    if (line.value.empty()) return {};
    if (as_json && line.is == form::number) return json_text{std::to_string(std::stoi(line.value))};
    if (as_json && line.is == form::truth) return line.value == "true";
    return line.value;
}

}  // namespace

void add_config(CLI::App& app, session& session)
{
    auto* verb =
        app.add_subcommand("config", "every setting, its value and where it comes from")->group(group::processes);
    session.runs(*verb, [&session] {
        table settings({"setting", "value", "from", "meaning"});
        for (const auto& line : session.configuration().show()) {
            settings.add({line.name, value_of(line, session.terminal().is_json()), line.origin, line.meaning});
        }
        session.terminal().print(settings);
        return exit_code::done;
    });
}

}  // namespace annals::cli
