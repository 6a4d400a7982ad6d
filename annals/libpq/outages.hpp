// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace annals::libpq {

/// Logs once that a PostgreSQL server is unreachable, and once that it is reachable again, however many parts of the
/// process notice. Parts report here and log nothing themselves. Thread-safe.
///
/// An outage begins with the first session that is lost or cannot be opened. It ends when every part that met it has
/// opened a session again. A part that never had a session gets only an exception: a program that cannot start prints
/// it as its error.
class outages {
public:
    using clock = std::chrono::steady_clock;

    static auto of_this_process() -> outages&;

    /// `server`: `server_of(dsn)`. `part`: the part that asks, such as `listener`.
    void opened(const std::string& server, const std::string& part, clock::time_point now = clock::now());
    void open_failed(const std::string& server, const std::string& part, const std::string& why,
                     clock::time_point now = clock::now());
    void session_lost(const std::string& server, const std::string& part, const std::string& why,
                      clock::time_point now = clock::now());

private:
    struct server_record {
        std::map<std::string, clock::time_point> without;  ///< parts that have no session, and when they last tried
        clock::time_point since, over_at = clock::time_point::min();
    };

    std::mutex mutex_;
    std::map<std::string, server_record> servers_;  ///< those to which there was a session
};

}  // namespace annals::libpq
