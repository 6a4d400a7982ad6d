// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace annals::sagas {

/// Something about a saga that is not as its events say.
struct saga_difference {
    std::string type, id;
    std::string what;                              ///< `its status is running, and by its events completed`
};

struct verified_sagas {
    std::int64_t sagas = 0;                        ///< with rows
    std::int64_t without_rows = 0;                 ///< streams of sagas that are over, whose rows were removed
    std::int64_t differences = 0;
};

/// Folds the stream of each saga of a type with the definition that it was started with, and compares the result with
/// its rows in `annals.saga_states` and `annals.saga_steps`. A history that no orchestrator can have written, and a
/// stream without rows whose saga is not over, is a difference, too. Each page is one snapshot, so sagas may go on
/// meanwhile. Changes nothing. Throws `eventstore::unavailable`.
auto verify_sagas(libpq::connection& log, const std::string& type,
                  const std::function<void(const saga_difference&)>& found) -> verified_sagas;

}  // namespace annals::sagas
