// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace annals::libpq {

/// Sessions for statements that are safe to send again: reads, and `ensure_category`. Opens as many as threads ask at
/// the same time, up to a number, and keeps them. Thread-safe.
class session_pool {
public:
    static constexpr std::size_t sessions_max_otherwise = 16;

    /// `patience`: how long a query waits for a session and for the server, connecting and trying again included.
    /// `sessions_max`: 0 counts as 1.
    session_pool(std::string dsn, std::chrono::milliseconds patience, std::size_t sessions_max = sessions_max_otherwise)
        : dsn_(std::move(dsn)), patience_(patience), sessions_max_(std::max<std::size_t>(1, sessions_max))
    {}

    /// `statement` is a constant: each session prepares it once. Waits for a session while all are in use.
    /// A session that is lost or cannot be opened is replaced up to twice, while there is time; then the query is
    /// `unavailable`.
    auto query(const char* statement, const parameters&) -> result;

private:
    struct session {
        session(const std::string& dsn, connection::time_point until);

        connection link;
        std::set<const char*> prepared;

        auto query(const char* statement, const parameters&) -> result;
    };

    /// The right to one of the sessions; the destructor frees it. Throws `unavailable` when none is free in time.
    class place {
    public:
        place(session_pool&, connection::time_point until);
        ~place();
        place(const place&) = delete;
        auto operator=(const place&) -> place& = delete;

    private:
        session_pool& of_;
    };

    auto take_kept() -> std::optional<session>;
    void keep(session);

    const std::string dsn_;
    const std::chrono::milliseconds patience_;
    const std::size_t sessions_max_;
    std::mutex mutex_;  // guards all below
    std::condition_variable freed_;
    std::size_t in_use_ = 0;
    std::vector<session> kept_;
};

}  // namespace annals::libpq
