// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/verbs/verbs.hpp>

namespace annals::cli {

void add_verbs(CLI::App& app, session& session)
{
    add_run(app, session);
    add_own(app, session);
    add_doctor(app, session);
    add_migrate(app, session);
    add_append(app, session);
    add_read(app, session);
    add_tail(app, session);
    add_import(app, session);
    add_command(app, session);
    add_aggregate(app, session);
    add_categories(app, session);
    add_streams(app, session);
    add_events(app, session);
    add_projections(app, session);
    add_lag(app, session);
    add_parked(app, session);
    add_verify(app, session);
    add_sagas(app, session);
    add_publish(app, session);
    add_work(app, session);
    add_processors(app, session);
    add_outgoing(app, session);
    add_processes(app, session);
    add_jobs(app, session);
    add_config(app, session);
}

}  // namespace annals::cli
