// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace annals::libpq {

/// Sessions for statements that are safe to send again: reads, and `ensure_category`. Opens as many as threads ask at
/// the same time, and keeps some. Thread-safe.
class session_pool {
public:
    /// `patience`: how long a query waits for the server, connecting and trying again included.
    session_pool(std::string dsn, std::chrono::milliseconds patience) : dsn_(std::move(dsn)), patience_(patience) {}

    /// `statement` is a constant: each session prepares it once.
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

    auto take_kept() -> std::optional<session>;
    void keep(session);

    static constexpr std::size_t kept_max = 16;
    std::string dsn_;
    std::chrono::milliseconds patience_;
    std::mutex mutex_;
    std::vector<session> kept_;
};

}  // namespace annals::libpq
