// SPDX-License-Identifier: Apache-2.0
#include <annals/app/kafka_settings.hpp>
#include <annals/cli/process_of.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/operations/parked_mirror.hpp>
#include <annals/operations/process_manager_part.hpp>
#include <annals/operations/projection_work.hpp>
#include <annals/operations/publisher_part.hpp>
#include <annals/operations/rights.hpp>
#include <annals/operations/saga_work.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <iterator>

namespace annals::cli {
namespace {

struct parts {
    bool publisher = false;
    bool from_log = false;
};

auto run(session& session, const parts& wanted) -> exit_code
{
    session.store();  // a missing server or schema is one message, before anything starts
    const auto& settings = session.configuration();
    operations::require_rights_to_project(settings.dsn(), settings.read_dsn());
    if (!session.types().process_managers.empty()) operations::require_rights_to_append(settings.dsn());
    if (wanted.publisher) operations::require_rights_to_publish(settings.dsn());
    auto process = process_of(session);
    operations::projection_work work(session, wanted.from_log
                                                  ? operations::projection_work::reads::the_log
                                                  : operations::projection_work::reads::kafka_where_configured);
    process.add("projections", [&work](std::stop_token stop) { work.run(std::move(stop)); });
    operations::add_sagas(process, session);
    operations::add_executor(process, session);
    process.knows([&work, &session] {
        auto all = work.known();
        std::ranges::move(operations::sagas_of(session), std::back_inserter(all));
        return all;
    });
    if (wanted.publisher) operations::add_publisher(process, session, app::kafka_settings(settings));
    if (const auto& topic = settings.text("parked.topic"); !topic.empty())
        operations::add_parked_mirror(process, session, app::kafka_settings(settings), topic);
    return process.run();
}

}  // namespace

void add_run(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("run", "publisher and projection workers in one process")->group(group::start_here);
    verb->footer("Without Kafka (--kafka) nothing is published, and workers read the log itself.\n"
                 "SIGTERM or Ctrl-C: finish or roll back what is under way, and exit; a second one, more than a\n"
                 "second later, ends it immediately.");
    session.runs(*verb, [&session] {
        return run(session, {.publisher = session.configuration().has_kafka(), .from_log = false});
    });
}

void add_work(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("work", "only the projection workers")->group(group::processes);
    auto from_log = std::make_shared<bool>(false);
    verb->add_flag("--from-log", *from_log, "read the log itself, also where Kafka is configured");
    session.runs(*verb, [&session, from_log] { return run(session, {.publisher = false, .from_log = *from_log}); });
}

}  // namespace annals::cli
