// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>

namespace annals::cli {

void add_sagas(CLI::App& app, session& session)
{
    auto* group = app.add_subcommand("sagas", "work of several steps that is done as a whole, or undone")
                      ->group(cli::group::what_follows);
    group->require_subcommand(1);
    add_saga_list(*group, session);
    add_saga_show(*group, session);
    add_saga_history(*group, session);
    add_saga_start(*group, session);
    add_saga_acts(*group, session);
    add_saga_stuck(*group, session);
    add_saga_clean(*group, session);
    add_saga_definitions(*group, session);
    add_saga_metrics(*group, session);
}

}  // namespace annals::cli
