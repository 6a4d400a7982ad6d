// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append_call.hpp>

#include <chrono>
#include <cstddef>

namespace annals::eventstore::postgres {

using deadline = std::chrono::steady_clock::time_point;

/// An append that was accepted. `done` is called exactly once.
struct pending_append {
    addressed_request what;
    on_appended done;
    deadline until;
    std::size_t bytes = 0;
};

}  // namespace annals::eventstore::postgres
