// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/publication.hpp>
#include <annals/libpq/connection.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

/// What the publishers' ledger and its repair share: access to the tables of publication.
namespace annals::eventstore::postgres {

/// The work whose units are the logs, by their numbers: to lead a log is to have its lease.
inline constexpr auto publication = "publication";

/// Signs as the leader of the log with this number; for the session that has its lease. Returns the new epoch.
auto begin_to_lead(libpq::connection&, int log) -> std::int64_t;

/// The topic that each category was first published to, or moved to since.
auto read_topics(libpq::connection&) -> std::map<std::string, std::string>;

/// Those that are known, in no particular order.
auto read_cursors(libpq::connection&, std::span<const log_id>) -> std::vector<publication_cursor>;

}  // namespace annals::eventstore::postgres
