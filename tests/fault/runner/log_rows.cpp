// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/log_rows.hpp>

namespace annals::fault_runs {

auto read_log(pqxx::transaction_base& tx) -> whole_log
{
    whole_log all;
    for (const auto& [log, partition] : tx.query<int, int>("select log, partition from annals.logs"))
        all.partitions[log] = partition;
    for (auto [log, position, version, amount, recorded_at, key, id, type, data] :
         tx.stream<int, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::string, std::string, std::string,
                   std::string>("select log, position, version, (data->>'amount')::bigint, "
                                "(extract(epoch from recorded_at) * 1000000)::bigint, key, id::text, type, data::text "
                                "from annals.events order by log, position")) {
        all.heads[log] = position;
        all.rows.push_back({log, position, version, amount, std::move(key), std::move(id), std::move(type),
                            std::move(data), recorded_at});
    }
    return all;
}

}  // namespace annals::fault_runs
