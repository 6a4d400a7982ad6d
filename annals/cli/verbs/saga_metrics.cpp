// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/saga_metrics.hpp>

#include <annals/cli/session.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>

#include <CLI/App.hpp>

namespace annals::cli {

void add_saga_metrics(CLI::App& group, session& session)
{
    auto* verb = group.add_subcommand("metrics", "how many there are and how long steps take, for Prometheus");
    verb->footer("The text that Prometheus reads. Counts are of the rows that are kept (`sagas.days`).");
    session.runs(*verb, [&session] {
        if (session.terminal().is_json())
            throw failure("metrics are the text that Prometheus reads, not JSON", "leave out --json", exit_code::usage);
        libpq::connection log(session.configuration().dsn(), "sagas");
        session.terminal().print(
            metrics_text(saga_metrics(operations::count_sagas(log), operations::recent_durations(log))));
        return exit_code::done;
    });
}

}  // namespace annals::cli
