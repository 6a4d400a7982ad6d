// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/errors.hpp>
#include <eventstore/postgres/handles.hpp>
#include <eventstore/postgres/parameters.hpp>
#include <eventstore/postgres/result.hpp>
#include <eventstore/postgres/wake_up.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace annals::eventstore::postgres {

/// The server refused a statement; the session lives on. Retryable where the refusal passes (`sqlstate.hpp`).
class statement_error : public error {
public:
    statement_error(std::string sqlstate, const std::string& message);

    /// Five characters; the first two are the class (PostgreSQL, appendix A).
    auto sqlstate() const -> const std::string& { return sqlstate_; }

private:
    std::string sqlstate_;
};

/// One session, in UTC, READ COMMITTED, with nothing but `pg_catalog` on its search path; a lost server is noticed
/// within seconds. For one thread at a time. Every function throws `statement_error`, or `unavailable` when the
/// session is gone: then only the destructor is of use.
class connection {
public:
    /// `dsn`: a libpq connection string or URI; what it leaves out comes from PG*. Messages never hold a password.
    /// Throws `unavailable`, or `invalid_request` when the DSN cannot be read.
    /// `gives_up` is asked several times a second while the server owes an answer: a server that hangs is
    /// `unavailable` when it says so. Without it an answer is waited for as long as the session lives.
    explicit connection(const std::string& dsn, std::function<bool()> gives_up = {});

    /// One or several statements.
    void execute(const std::string& statements);

    auto query(const std::string& statement, const parameters& = {}) -> result;

    /// Parses a statement once for this session; `name` stands for it from then on.
    void prepare(const std::string& name, const std::string& statement, const parameters& types);
    auto query_prepared(const std::string& name, const parameters&) -> result;

    /// Waits for a notification on a channel that this session listens to, and takes all that are there.
    /// Whether any of them came from another backend than `but_from`. Ends early when it is woken, and clears that.
    auto wait_for_notification(std::chrono::steady_clock::time_point until, int but_from = 0, wake_up* wake = nullptr)
        -> bool;

    auto backend_pid() const -> int { return PQbackendPID(handle_.get()); }
    /// `host:port`, for messages.
    auto server() const -> std::string;

private:
    auto answer(bool is_sent) -> result;
    auto last_result() -> result_handle;
    void wait_for_server(short events);
    auto check(result_handle) -> result;
    auto lost() const -> unavailable;
    auto take_notifications(int but_from) -> bool;

    connection_handle handle_;
    std::function<bool()> gives_up_;
};

}  // namespace annals::eventstore::postgres
