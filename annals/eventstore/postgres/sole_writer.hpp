// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/postgres_store.hpp>

namespace annals::eventstore::postgres {

/// The end of a log is taken as known after so many calls in a row without another writer (`append/head_cache.hpp`).
inline constexpr int sole_writer_after_calls = 16;

/// `open_store` with another such number; tests use it, since 0 predicts from the first call on.
auto open_store(settings, int sole_writer_after_calls) -> std::unique_ptr<store>;

}  // namespace annals::eventstore::postgres
