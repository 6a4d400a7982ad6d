// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/lag_trend.hpp>
#include <annals/cli/session.hpp>
#include <annals/processors/lag.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace annals::cli {

/// How far a processor is behind a log, or all its logs.
struct lag_row {
    processors::processor_id processor;
    std::string state;                       ///< as in `processors list`
    std::string log;                         ///< `sample/3`; empty: all its logs
    std::optional<lag_look> now;             ///< none for a version that waits and has not begun
    std::optional<lag_trend> trend;          ///< its rate since the look before; none at the first look
};

/// Looks again and again at the lag of all processors, or of one. Which way a row goes is seen over ten seconds, or
/// since the look before where that is longer ago: a large batch is applied at once. For one thread.
class lag_reader {
public:
    struct selection {
        std::string name;                    ///< empty: all
        bool by_log = false;                 ///< otherwise a row a processor
    };

    lag_reader(session& session, selection wanted) : session_(session), wanted_(std::move(wanted)) {}

    /// By name, version and log. Throws `failure` when there is none of that name, and whatever a server that is away
    /// throws; the next look then connects again.
    auto look() -> std::vector<lag_row>;

private:
    using clock = std::chrono::steady_clock;
    using row_key = std::pair<processors::processor_id, std::string>;

    struct timed_look {
        clock::time_point at;
        lag_look look;
    };

    auto rows(pqxx::connection&) -> std::vector<lag_row>;
    void compare(std::vector<lag_row>&);

    session& session_;
    selection wanted_;
    std::optional<pqxx::connection> models_;
    std::map<row_key, std::deque<timed_look>> before_;
};

}  // namespace annals::cli
