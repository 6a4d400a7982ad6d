// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/projection_switches.hpp>

#include <annals/app/failure.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/operations/presence.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>

#include <pqxx/pqxx>

#include <algorithm>

namespace annals::operations {
namespace {

constexpr auto select_versions = R"sql(
    select name, version from annals.projections where name = $1
    union
    select processor, version from annals.checkpoints where processor = $1
    order by 2
)sql";

constexpr auto select_names = "select name from annals.projections union select processor from annals.checkpoints";

}  // namespace

auto versions_of(pqxx::transaction_base& tx, const std::string& log_dsn, const std::string& name)
    -> std::vector<processors::processor_id>
{
    std::vector<processors::processor_id> found;
    for (const auto& row : tx.exec(select_versions, pqxx::params{name}))
        found.push_back({row[0].as<std::string>(), row[1].as<int>()});
    if (!found.empty()) return found;
    std::vector<std::string> names;
    for (const auto& row : tx.exec(select_names)) names.push_back(row[0].as<std::string>());
    libpq::connection log(log_dsn);
    auto hint = read_processes(log).who_knew(name);
    if (const auto near = app::nearest(name, names); hint.empty() && near) hint = "did you mean " + *near + "?";
    if (hint.empty()) hint = "`annals projections list` shows those there are";
    throw app::failure("there is no projection \"" + name + "\"", hint);
}

auto projection_switches(const std::string& log_dsn, const std::string& model_dsn) -> job_actions
{
    const auto switched = [log_dsn, model_dsn](const job& wanted) -> std::string {
        auto model = processors::open_model_connection(model_dsn, "job");
        pqxx::work tx(model);
        std::string message;
        for (const auto& version : versions_of(tx, log_dsn, wanted.subject)) {
            const bool pauses = wanted.verb == pause_projection;
            if (pauses) processors::pause(tx, version, wanted.reason);
            else processors::resume(tx, version);
            message += (message.empty() ? "" : ", ") + to_string(version) + (pauses ? " is paused" : " runs");
        }
        tx.commit();
        return message;
    };
    return {{pause_projection, switched}, {resume_projection, switched}};
}

}  // namespace annals::operations
