// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

namespace annals::operations {

/// Sagas whose rows are too old: they are over for this long; of one type, or (empty) of all.
struct old_sagas {
    std::chrono::milliseconds over_for;
    std::string type = {};
};

auto count_old_sagas(libpq::connection& log, const old_sagas&) -> std::int64_t;

/// Removes their rows, a thousand in a transaction, and returns how many sagas that were. Their streams stay. Several
/// processes may do so. A saga that is a step of one that is not over is left.
auto remove_old_sagas(libpq::connection& log, const old_sagas&, const std::stop_token& = {}) -> std::int64_t;

/// Does so immediately and then every five minutes until asked to stop, and forgets requests to sagas that were dealt
/// with a day ago. `kept`: 0 keeps all rows. A failure is logged, and tried again.
void keep_sagas(const std::string& log_dsn, std::chrono::days kept, const std::stop_token&);

}  // namespace annals::operations
