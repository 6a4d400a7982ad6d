// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/switch_verb.hpp>

#include <annals/cli/job_request.hpp>
#include <annals/operations/projection_switches.hpp>
#include <annals/processors/model_connection.hpp>

#include <CLI/App.hpp>

#include <memory>

namespace annals::cli {

void add_switch(CLI::App& verb, const std::string& change, const std::string& named, session& session)
{
    auto wanted = std::make_shared<operations::job>();
    wanted->verb = change;
    verb.add_option("NAME", wanted->subject, named)->required();
    verb.add_option("--reason", wanted->reason, "why, for people");
    session.runs(verb, [&session, wanted] {
        const auto& settings = session.configuration();
        {
            auto model = processors::open_model_connection(settings.read_dsn(), "job");
            pqxx::nontransaction tx(model);
            operations::versions_of(tx, settings.dsn(), operations::kind_of(wanted->verb), wanted->subject);
        }
        return request_job(session, *wanted, operations::projection_switches(settings.dsn(), settings.read_dsn()));
    });
}

}  // namespace annals::cli
