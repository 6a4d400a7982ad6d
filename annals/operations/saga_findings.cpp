// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/saga_findings.hpp>

#include <annals/app/with_separators.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/operations/saga_figures.hpp>
#include <annals/operations/stuck_sagas.hpp>

#include <algorithm>
#include <map>

namespace annals::operations {
namespace {

using weight = finding::weight;

constexpr std::int64_t sagas_looked_at = 1'000;

constexpr auto may_look = R"sql(
    select has_table_privilege('annals.saga_states', 'select') and has_table_privilege('annals.saga_timers', 'select')
           and has_table_privilege('annals.saga_inputs', 'select')
)sql";

struct group {
    std::int64_t sagas = 0;
    const stuck_saga* first = nullptr;               ///< the one that has waited longest
};

auto finding_of(const std::string& type, bool is_parked, const group& of, const std::string& program) -> finding
{
    const auto count = app::with_separators(of.sagas) + (of.sagas == 1 ? " saga" : " sagas") + " of the type " + type;
    return {weight::problem,
            "sagas",
            count
                + (is_parked ? (of.sagas == 1 ? " needs an operator: " : " need an operator: ")
                             : (of.sagas == 1 ? " is stuck: " : " are stuck: "))
                + of.first->id + ": " + of.first->reason,
            "which, and what to do: " + program + " sagas stuck",
            {{"saga_type", type}, {is_parked ? "parked" : "stuck", of.sagas}}};
}

}  // namespace

auto examine_sagas(const std::string& log_dsn, const std::string& program) -> std::vector<finding>
{
    libpq::connection log(log_dsn, "doctor");
    if (!log.query(may_look).get<bool>(0, 0)) return {};
    const saga_runners runners(log);
    std::vector<finding> all;
    for (const auto& [type, inputs, since] : find_unheard_types(log, runners))
        all.push_back({weight::problem,
                       "sagas",
                       app::with_separators(inputs) + " starts and requests have waited since "
                           + eventstore::to_string(since) + ": " + runners.why_not(type),
                       "start it; they are then dealt with",
                       {{"saga_type", type}, {"waiting", inputs}}});
    const auto stuck = find_stuck_sagas(log, runners, program, std::chrono::minutes{5}, sagas_looked_at);
    std::map<std::pair<std::string, bool>, group> groups;
    for (const auto& one : stuck) {
        auto& its = groups[{one.type, one.is_parked()}];
        if (its.sagas++ == 0) its.first = &one;
    }
    for (const auto& [of, its] : groups) all.push_back(finding_of(of.first, of.second, its, program));
    if (const auto sagas = count_active_sagas(log); all.empty())
        all.push_back({weight::well, "sagas", app::with_separators(sagas) + " active", {}, {{"active", sagas}}});
    return all;
}

}  // namespace annals::operations
