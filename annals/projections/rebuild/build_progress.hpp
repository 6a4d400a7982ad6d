// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <annals/projections/registry.hpp>

#include <cstdint>

namespace annals::projections::rebuild {

/// Events of all logs that a version follows.
struct build_progress {
    std::int64_t applied = 0;                ///< or parked
    std::int64_t total = 0;                  ///< stored
};

auto progress_of(pqxx::connection& model, eventstore::store&, const registry::entry&) -> build_progress;

}  // namespace annals::projections::rebuild
