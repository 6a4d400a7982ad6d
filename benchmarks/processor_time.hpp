// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pqxx {
class connection;
}  // namespace pqxx

namespace annals::benchmarks {

/// Seconds of processor time.
struct processor_seconds {
    double program = 0;                      ///< this process
    double server = 0;                       ///< the sessions of one database; without the server's own processes
    double broker = 0;                       ///< the process that listens where ANNALS_KAFKA_BOOTSTRAP_SERVERS says

    auto operator-(const processor_seconds& earlier) const -> processor_seconds
    {
        return {program - earlier.program, server - earlier.server, broker - earlier.broker};
    }
};

/// What has been used so far, from /proc: of the current sessions, and of a broker on this machine, if there is one.
auto processor_time(pqxx::connection& server) -> processor_seconds;

/// Of one process, and of the calling thread.
auto processor_time_of(int pid) -> double;
auto processor_time_of_this_thread() -> double;

}  // namespace annals::benchmarks
