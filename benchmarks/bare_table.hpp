// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/report.hpp>

#include <string>

namespace annals::benchmarks {

/// What PostgreSQL itself can do with a table like the event table, with the same two unique indexes: the yardstick.
/// Each caller has its own connection and log, and checks nothing.
class bare_table {
public:
    explicit bare_table(const std::string& dsn);

    /// One prepared INSERT per transaction, one event each.
    auto insert(int callers, seconds for_s) -> sample;

    /// One COPY per transaction, several events each.
    auto copy(int callers, int events, seconds for_s) -> sample;

private:
    std::string dsn_;
    int next_log_ = 0;
};

}  // namespace annals::benchmarks
