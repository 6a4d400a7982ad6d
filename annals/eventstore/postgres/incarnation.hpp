// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <string>

namespace annals::eventstore::postgres {

/// Which incarnation of the log a session sees: `system-timeline-file-start`. Two incarnations may hold different
/// events at the same positions; within one, what was committed stays.
///
/// The system identifier tells clusters apart; the timeline shows a restore to a point in time and a promoted
/// standby; the file of the event table shows a database or schema that was dropped and created again; the server's
/// start shows a data directory that was copied back. So every restart is another incarnation. That costs little:
/// only what the topic holds is read again from the log.
auto read_incarnation(libpq::connection&) -> std::string;

}  // namespace annals::eventstore::postgres
