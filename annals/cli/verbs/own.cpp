// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>

namespace annals::cli {

void add_own(CLI::App& app, session& session)
{
    for (const auto& own : session.own_verbs()) {
        auto* verb = app.add_subcommand(own.name, own.says)->group(group::start_here);
        session.runs(*verb, [&session, run = own.run] { return run(session); });
    }
}

}  // namespace annals::cli
