// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/outgoing_findings.hpp>

#include <annals/app/with_separators.hpp>

namespace annals::operations {
namespace {

constexpr auto select_refused = R"(
    select processor, count(*) from annals.outgoing_commands where refused_at is not null group by 1 order by 1)";

constexpr auto select_overdue = R"(
    select o.processor, count(*),
           exists (select from annals.lease_holders() h where h.work = 'outgoing ' || o.processor)
    from annals.outgoing_commands o
    where o.refused_at is null and o.due_at < clock_timestamp() - interval '1 min'
      and o.created_at < clock_timestamp() - interval '1 min'
    group by 1 order by 1)";

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
    for (const auto& [name, count] : tx.query<std::string, std::int64_t>(select_refused))
        all.push_back(about(commands(count) + " of " + name + (count == 1 ? " was refused" : " were refused"),
                            "why: " + program + " outgoing list --state refused", name, count));
    for (const auto& [name, count, has_process] : tx.query<std::string, std::int64_t, bool>(select_overdue))
        all.push_back(about(commands(count) + " of " + name + (count == 1 ? " has" : " have")
                                + " been due for more than a minute",
                            has_process ? "why: " + program + " outgoing list"
                                        : "no process carries them out: start a worker of the program that has it",
                            name, count));
    return all;
}

}  // namespace annals::operations
