// SPDX-License-Identifier: Apache-2.0
#include <examples/laboratory/saga_demo.hpp>

#include <annals/cli/terminal/table.hpp>
#include <annals/sagas/orchestrator/client.hpp>

#include <pqxx/pqxx>

#include <chrono>
#include <cmath>

namespace laboratory {
namespace {

using namespace annals;
using namespace std::chrono_literals;

constexpr auto steps_of = R"(
    select step, status, attempts, case when compensated_at is null then '' else 'undone' end, coalesce(error, '')
    from annals.saga_steps where saga_id = $1
    order by place)";
constexpr auto state_of = R"(
    select status, (extract(epoch from completed_at - started_at) * 1000)::float8
    from annals.saga_states where saga_id = $1)";

void show(cli::session& session, const std::string& id)
{
    pqxx::connection link(session.configuration().dsn());
    pqxx::read_transaction tx(link);
    const auto [status, took_ms] = tx.query1<std::string, double>(state_of, pqxx::params{id});
    session.terminal().print("\nsaga LaboratoryProcessing " + id + ": " + status + " in "
                             + std::to_string(std::lround(took_ms)) + " ms\n");
    cli::table table({"step", "status", "attempts", "compensation", "error"});
    for (const auto& row : tx.exec(steps_of, pqxx::params{id}))
        table.add({row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<std::int64_t>(),
                   row[3].as<std::string>(), row[4].as<std::string>()});
    session.terminal().print(table);
}

}  // namespace

void show_sagas(cli::session& session, const std::string& day)
{
    sagas::client client(session.configuration().dsn());
    const auto run = [&](const std::string& id, double volume_ml) {
        client.start({"LaboratoryProcessing", id}, {{"barcode", id},
                                                    {"sample_type", "DNA"},
                                                    {"patient_id", "P-1"},
                                                    {"user_id", "ada"},
                                                    {"volume_ml", volume_ml},
                                                    {"temperature_requirement", "-20"}});
        if (!client.wait_for_end({"LaboratoryProcessing", id}, 30s)) throw app::failure("there is no saga " + id);
        show(session, id);
    };
    run("SAM-" + day + "-saga", 4);
    run("SAM-" + day + "-small", 0.5);
}

}  // namespace laboratory
