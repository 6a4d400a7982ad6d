// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <algorithm>
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

    /// `sessions_max`: 0 counts as 1.
    explicit session_pool(std::string dsn, std::size_t sessions_max = sessions_max_otherwise)
        : dsn_(std::move(dsn)), sessions_max_(std::max<std::size_t>(1, sessions_max))
    {}

    /// `statement` is a constant: each session prepares it once. Waits for a session while all are in use.
    /// A session that is lost or cannot be opened is replaced up to twice; then the query is `unavailable`.
    auto query(const char* statement, const parameters&) -> result;

private:
    struct session {
        explicit session(const std::string& dsn);

        connection link;
        std::set<const char*> prepared;

        auto query(const char* statement, const parameters&) -> result;
    };

    /// The right to one of the sessions; the destructor frees it.
    class place {
    public:
        explicit place(session_pool&);
        ~place();
        place(const place&) = delete;
        auto operator=(const place&) -> place& = delete;

    private:
        session_pool& of_;
    };

    auto take_kept() -> std::optional<session>;
    void keep(session);

    const std::string dsn_;
    const std::size_t sessions_max_;
    std::mutex mutex_;  // guards all below
    std::condition_variable freed_;
    std::size_t in_use_ = 0;
    std::vector<session> kept_;
};

}  // namespace annals::libpq
