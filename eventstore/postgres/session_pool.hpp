// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/connection.hpp>

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace annals::eventstore::postgres {

/// Sessions for statements that can be sent again without harm: reads, and `ensure_category`. As many as there are
/// threads that ask at the same time; some are kept. Thread-safe.
class session_pool {
public:
    explicit session_pool(std::string dsn) : dsn_(std::move(dsn)) {}

    /// `statement` is a constant: it is prepared once a session.
    /// A session that turns out to be gone, or cannot be opened, is replaced twice; then it is `unavailable`.
    auto query(const char* statement, const parameters&) -> result;

private:
    struct session {
        explicit session(const std::string& dsn);

        connection link;
        std::set<const char*> prepared;

        auto query(const char* statement, const parameters&) -> result;
    };

    auto take_kept() -> std::optional<session>;
    void keep(session);

    static constexpr std::size_t kept_max = 16;
    std::string dsn_;
    std::mutex mutex_;
    std::vector<session> kept_;
};

}  // namespace annals::eventstore::postgres
