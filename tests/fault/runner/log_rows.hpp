// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace annals::fault_runs {

/// An event as it is in the log's table, read with plain SQL.
struct log_row {
    int log = 0;
    std::int64_t position = 0, version = 0, amount = 0;
    std::string key, id, type, data;
    std::int64_t recorded_at = 0;            ///< in microseconds
};

/// All events, by log and position, and what the logs are called.
struct whole_log {
    std::vector<log_row> rows;
    std::map<int, int> partitions;           ///< by the log's number
    std::map<int, std::int64_t> heads;       ///< its last position
};

auto read_log(pqxx::transaction_base&) -> whole_log;

}  // namespace annals::fault_runs
