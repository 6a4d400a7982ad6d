// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/saga_runners.hpp>

#include <annals/libpq/connection.hpp>

namespace annals::operations {
namespace {

constexpr auto select_rights = R"sql(
    select has_function_privilege('annals.lease_holders()', 'execute')
           and has_table_privilege('annals.leases', 'select') and has_table_privilege('annals.lease_members', 'select'),
           has_table_privilege('annals.processes', 'select')
)sql";

/// An orchestrator names its work `saga <type>`, in units of logs.
constexpr auto select_holders = R"sql(
    select substr(work, 6), count(distinct pid)::int from annals.lease_holders() where work like 'saga %' group by work
)sql";

}  // namespace

saga_runners::saga_runners(libpq::connection& log)
{
    const auto rights = log.query(select_rights);
    is_visible_ = rights.get<bool>(0, 0);
    if (!is_visible_) return;
    if (rights.get<bool>(0, 1)) known_ = read_processes(log);
    const auto found = log.query(select_holders);
    for (int i = 0; i < found.size(); ++i) processes_[found.get<std::string>(i, 0)] = found.get<std::int32_t>(i, 1);
}

auto saga_runners::count(const std::string& type) const -> int
{
    const auto found = processes_.find(type);
    return found == processes_.end() ? 0 : found->second;
}

auto saga_runners::why_not(const std::string& type) const -> std::string
{
    const auto last = known_ ? known_->who_knew(type, "saga") : std::string();
    return "no process runs sagas of the type " + type + ": " + (last.empty() ? "start the program that has it" : last);
}

}  // namespace annals::operations
