// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/projection_findings.hpp>

#include <annals/projections/ownership.hpp>
#include <annals/projections/registry.hpp>

namespace annals::operations {

constexpr auto select_late = R"(
    select processor, version, sum(late_events)::bigint from annals.checkpoints
    group by processor, version having sum(late_events) > 0 order by processor, version)";

/// Workers drop old versions every hour.
constexpr auto grace = std::chrono::hours{2};

auto examine_ownership(pqxx::connection& model, const std::string& program) -> std::vector<finding>
{
    using weight = finding::weight;
    std::vector<finding> all;
    pqxx::nontransaction tx(model);
    for (const auto& entry : projections::registry::list(tx))
        for (const auto& [is_danger, what] : projections::ownership::faults(tx, entry))
            all.push_back({is_danger ? weight::problem : weight::advice, "projections",
                           to_string(entry.id) + ": " + what,
                           program + " migrate" + (is_danger ? ", as a superuser" : "")});
    for (const auto& entry : projections::registry::list(tx))
        if (entry.kept_until && *entry.kept_until + grace < eventstore::now())
            all.push_back({weight::advice, "projections",
                           to_string(entry.id) + " was kept for a roll-back until "
                               + eventstore::to_string(*entry.kept_until) + ", and no process has dropped it",
                           program + " projections clean"});
    if (const auto left = projections::ownership::roles_of_dropped_databases(tx); !left.empty())
        all.push_back({weight::advice, "projections",
                       std::to_string(left.size()) + " roles are left of projections in databases that were dropped",
                       program + " projections clean"});
    return all;
}

auto examine_late_events(pqxx::connection& model, const std::string& program) -> std::vector<finding>
{
    std::vector<finding> all;
    pqxx::nontransaction tx(model);
    for (const auto& [name, version, events] : tx.query<std::string, int, std::int64_t>(select_late))
        all.push_back({finding::weight::advice, "projections",
                       to_string(processors::processor_id{name, version}) + ": " + std::to_string(events)
                           + " events were recorded before others that were applied already: the server's clock was "
                             "set back, and a rebuild may give other rows",
                       program + " projections rebuild " + name});
    return all;
}

}  // namespace annals::operations
