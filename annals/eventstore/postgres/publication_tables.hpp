// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/publication.hpp>
#include <annals/libpq/connection.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// What the publishers' ledger and its repair share: access to the tables of publication.
namespace annals::eventstore::postgres {

/// Takes the lead of the log with this number, unless another session has it. Returns the new epoch.
auto try_to_lead(libpq::connection&, int log) -> std::optional<std::int64_t>;

/// Those that are known, in no particular order.
auto read_cursors(libpq::connection&, std::span<const log_id>) -> std::vector<publication_cursor>;

}  // namespace annals::eventstore::postgres
