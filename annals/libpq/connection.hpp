// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/server_away.hpp>
#include <annals/libpq/event_fd.hpp>
#include <annals/libpq/handles.hpp>
#include <annals/libpq/parameters.hpp>
#include <annals/libpq/result.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace annals::libpq {

/// The server refused a statement; the session is still usable. Retryable where the cause passes (`sqlstate.hpp`).
class statement_error : public eventstore::error {
public:
    statement_error(std::string sqlstate, const std::string& message);

    /// Five characters; the first two are the class (PostgreSQL, appendix A).
    auto sqlstate() const -> const std::string& { return sqlstate_; }

private:
    std::string sqlstate_;
};

/// A session of annals. Every session is opened here, also those for libpqxx. Settings that change the meaning of
/// statements are fixed, whatever the environment, the DSN, the role or the database say: UTF-8, UTC, ISO dates, READ
/// COMMITTED, only `pg_catalog` on the search path. It may be idle for any time, and notices a lost server within
/// seconds. For one thread at a time. Every function throws `statement_error`, or `unavailable` when the session is
/// lost: after that it can only be destroyed.
class connection {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `dsn`: a libpq connection string or URI; what it leaves out comes from PG*. Messages never hold a password.
    /// `part`: the part of the program that uses it, shown in `pg_stat_activity`: `laboratory listener 4711@host`.
    /// `gives_up` is called several times a second while the server owes an answer; when it returns true, the call
    /// throws `unavailable`. `until`: as `answer_by`. Both hold for connecting, too, whatever that waits for: the
    /// resolver of names, several hosts in turn, or a server that accepts and says nothing.
    /// Throws `unavailable`; `invalid_request` when the DSN cannot be read; `mismatch` when the database is not in
    /// UTF-8, or when a pooler gives each transaction another session.
    explicit connection(const std::string& dsn, std::string part = {}, std::function<bool()> gives_up = {},
                        time_point until = time_point::max());

    /// From now on a call that is not answered by then throws `server_away`. Without it, a call waits as long as the
    /// session lives.
    void answer_by(time_point until) { until_ = until; }

    /// For libpqxx: hands over the session as it is. This object is empty afterwards.
    auto release() && -> connection_handle;

    /// One or several statements.
    void execute(const std::string& statements);

    auto query(const std::string& statement, const parameters& = {}) -> result;

    /// Parses a statement once for this session; use `name` for it from then on.
    void prepare(const std::string& name, const std::string& statement, const parameters& types);
    auto query_prepared(const std::string& name, const parameters&) -> result;

    /// Waits for a notification on a channel that this session listens to, and takes all that have arrived.
    /// Returns whether any came from another backend than `but_from`. Returns early when woken, and clears that.
    auto wait_for_notification(time_point until, int but_from = 0, event_fd* wake = nullptr) -> bool;

    auto backend_pid() const -> int { return PQbackendPID(handle_.get()); }
    /// `host:port`, for messages.
    auto server() const -> const std::string& { return server_; }

private:
    struct unsettled {};
    connection(const std::string& dsn, std::string part, std::function<bool()> gives_up, time_point until, unsettled);
    void settle(const std::string& dsn);
    auto is_shared(const std::string& dsn) -> bool;
    auto session_pid() -> std::int32_t;
    auto answer(bool is_sent) -> result;
    auto last_result() -> result_handle;
    void wait_for_server(short events);
    auto is_late() const -> bool;
    auto no_answer() const -> eventstore::server_away;
    auto check(result_handle) -> result;
    auto lost() const -> eventstore::server_away;
    auto take_notifications(int but_from) -> bool;

    std::string server_, part_;
    std::function<bool()> gives_up_;
    time_point until_ = time_point::max();
    connection_handle handle_;
};

}  // namespace annals::libpq
