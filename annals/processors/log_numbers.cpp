// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/log_numbers.hpp>

#include <annals/eventstore/errors.hpp>

namespace annals::processors {

auto number_logs(pqxx::connection& model, eventstore::store& store, std::span<const std::string> categories)
    -> std::vector<numbered_log>
{
    std::vector<numbered_log> logs;
    for (const auto& name : categories) {
        const auto category = store.find_category(name);
        if (!category) continue;
        pqxx::work tx(model);
        tx.exec("select annals.ensure_category($1, $2)", pqxx::params{name, category->partitions});
        constexpr auto numbers =
            "select log, partition from annals.logs where tenant = '' and category = $1 order by partition";
        for (const auto& [number, partition] : tx.query<int, int>(numbers, pqxx::params{name}))
            logs.push_back({number, {name, partition}});
        tx.commit();
    }
    return logs;
}

}  // namespace annals::processors
