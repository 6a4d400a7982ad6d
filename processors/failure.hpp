// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <random>
#include <string>

namespace pqxx {
class sql_error;
}  // namespace pqxx

namespace annals::processors {

/// The SQLSTATE of a refusal, also where libpqxx leaves it out of an exception whose type says it.
auto sqlstate_of(const pqxx::sql_error&) -> std::string;

/// Whether what went wrong while an event was applied is the event's own content, so that no repetition helps.
/// `eventstore/postgres/sqlstate.hpp` says it of the server; a lost connection, an error that is retryable, and a
/// process without memory or threads are not the event's; what else a processor throws is.
auto blames_event(const std::exception&) -> bool;

/// Whether a server cannot be reached, as everybody who needs it will find.
auto is_outage(const std::exception&) -> bool;

/// Whether the session is gone with it, though the server may be there.
auto is_lost_session(const std::exception&) -> bool;

/// Whether the database gave the work up for its time: a statement that took too long or was cancelled (57014), a lock
/// that was waited for too long (55P03). Less work at once may succeed.
auto is_time_out(const std::exception&) -> bool;

/// What an exception says, on one line.
auto one_line(const std::exception&) -> std::string;

/// How long to wait before the next attempt: 50 ms, doubled each time up to 5 s, a random half of it taken off so that
/// processes that failed together do not come back together.
class back_off {
public:
    auto next() -> std::chrono::milliseconds;
    void reset() { attempts_ = 0; }
    auto attempts() const -> int { return attempts_; }

private:
    int attempts_ = 0;
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace annals::processors
