// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/outgoing_findings.hpp>

#include <annals/app/with_separators.hpp>

namespace annals::operations {
namespace {

constexpr auto select_problems = R"(
    select process_manager, refused, overdue,
           exists (select from annals.lease_holders() h where h.work = 'outgoing ' || process_manager)
    from annals.outgoing_problems())";

auto commands(std::int64_t count) -> std::string
{
    return app::with_separators(count) + (count == 1 ? " command" : " commands");
}

auto about(std::string found, std::string to_do, const std::string& name, std::int64_t count) -> finding
{
    return {finding::weight::problem,
            "outgoing",
            std::move(found),
            std::move(to_do),
            {{"process_manager", name}, {"commands", count}}};
}

}  // namespace

auto examine_outgoing(pqxx::connection& model, const std::string& program) -> std::vector<finding>
{
    std::vector<finding> all;
    pqxx::nontransaction tx(model);
    for (const auto& [name, refused, overdue, has_process] :
         tx.query<std::string, std::int64_t, std::int64_t, bool>(select_problems)) {
        if (refused > 0)
            all.push_back(about(commands(refused) + " of " + name + (refused == 1 ? " was refused" : " were refused"),
                                "why: " + program + " outgoing list --state refused", name, refused));
        if (overdue > 0)
            all.push_back(about(commands(overdue) + " of " + name + (overdue == 1 ? " has" : " have")
                                    + " been due for more than a minute",
                                has_process ? "why: " + program + " outgoing list"
                                            : "no process carries them out: start a worker of the program that has it",
                                name, overdue));
    }
    return all;
}

}  // namespace annals::operations
