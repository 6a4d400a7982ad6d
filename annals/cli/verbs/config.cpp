// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>

namespace annals::cli {

void add_config(CLI::App& app, session& session)
{
    auto* verb =
        app.add_subcommand("config", "every setting, its value and where it comes from")->group(group::processes);
    session.runs(*verb, [&session] {
        table settings({"setting", "value", "from", "meaning"});
        for (const auto& line : session.configuration().show()) {
            const cell value = line.value.empty() ? cell{} : cell{line.value};
            settings.add({line.name, value, line.origin, line.meaning});
        }
        session.terminal().print(settings);
        return exit_code::done;
    });
}

}  // namespace annals::cli
