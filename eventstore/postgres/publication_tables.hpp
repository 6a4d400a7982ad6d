// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/connection.hpp>
#include <eventstore/publication.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// What the publishers' ledger and its repair do with the tables of publication.
namespace annals::eventstore::postgres {

/// Leads the log with this number from now on, unless another session does: the epoch of that.
auto try_to_lead(connection&, int log) -> std::optional<std::int64_t>;

/// Where known, in no particular order.
auto read_cursors(connection&, std::span<const log_id>) -> std::vector<publication_cursor>;

}  // namespace annals::eventstore::postgres
