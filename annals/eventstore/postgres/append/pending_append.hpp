// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/append_call.hpp>

#include <chrono>
#include <cstddef>

namespace annals::eventstore::postgres {

using deadline = std::chrono::steady_clock::time_point;

/// An append that was accepted. `done` is called exactly once.
struct pending_append {
    routed_append what;
    on_appended done;
    deadline until;
    std::size_t bytes = 0;
};

}  // namespace annals::eventstore::postgres
