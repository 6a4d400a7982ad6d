// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/connection.hpp>

#include <string>

namespace annals::eventstore::postgres {

/// Which incarnation of the log a session looks at: `system-timeline-file-start`. Two of them may hold different events
/// at the same positions; within one, what was committed stays.
///
/// The system identifier tells clusters apart, the timeline a restore to a point in time and a promoted standby, the
/// file of the event table a database or schema that was dropped and made again, the server's start a data directory
/// that was copied back. So every restart is another incarnation. It costs little: what the topic holds is read from
/// the log.
auto read_incarnation(connection&) -> std::string;

}  // namespace annals::eventstore::postgres
