// SPDX-License-Identifier: Apache-2.0
#include <annals/app/failure.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/processors/failure.hpp>

#include <pqxx/except>

#include <new>

namespace annals::app {
namespace {

/// libpq and PostgreSQL write several lines. The first ones say what happened; the others are joined.
auto one_line(std::string_view text) -> std::string
{
    std::string line;
    bool broken = false;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == '\t') {
            broken = true;
            continue;
        }
        if (broken && c == ' ') continue;
        if (broken && !line.empty()) line += line.ends_with(':') || line.ends_with('.') ? " " : "; ";
        broken = false;
        line += c;
    }
    return line;
}

auto refused_by_server(const std::string& sqlstate, const std::string& message) -> failure
{
    if (sqlstate == "42P01" || sqlstate == "42883" || sqlstate == "42703" || sqlstate == "3F000")
        return failure(message, "the schema is missing or older than this program: run `annals migrate`");
    if (sqlstate == "42501")
        return failure(message,
                       "this user lacks a role for it: see docs/operating/roles.md, or connect as another (--dsn)");
    if (sqlstate == "25006")
        return failure(message, "the database takes no writes: `annals doctor` says why and what to do");
    return failure(message);
}

/// libpq gives no SQLSTATE when the server refuses a session: only the message says what was wrong.
auto where_to_look(const std::string& message) -> std::string
{
    const auto says = [&](const char* words) { return message.find(words) != std::string::npos; };
    if (says("password authentication failed") || says("no password supplied"))
        return "give the right password (PGPASSWORD, a password file, or the DSN); `annals config` shows the user and "
               "where it comes from";
    if (says("role \"") && says("does not exist"))
        return "create the user, or connect as another; `annals config` shows where it comes from";
    if (says("database \"") && says("does not exist"))
        return "create the database (createdb), or name another; `annals config` shows where it comes from";
    if (says("no pg_hba.conf entry") || says("authentication failed"))
        return "the server's pg_hba.conf does not allow this: another user, host or way to authenticate is needed";
    if (says("permission denied for database"))
        return "this user may not connect to it: grant connect on the database to it";
    if (says("remaining connection slots") || says("too many c") || says("too many connections"))
        return "the server has no session left: end some, or raise max_connections or the role's limit";
    return "`annals config` shows where the address comes from";
}

}  // namespace

auto explain(const std::exception& problem) -> failure
{
    const auto message = one_line(problem.what());
    if (const auto* known = dynamic_cast<const failure*>(&problem)) return *known;
    if (dynamic_cast<const eventstore::invalid_request*>(&problem)) return failure(message, {}, exit_code::usage);
    if (dynamic_cast<const eventstore::unavailable*>(&problem)) return failure(message, where_to_look(message));
    if (const auto* refused = dynamic_cast<const libpq::statement_error*>(&problem))
        return refused_by_server(refused->sqlstate(), message);
    if (const auto* refused = dynamic_cast<const pqxx::sql_error*>(&problem))
        return refused_by_server(processors::sqlstate_of(*refused), "PostgreSQL: " + message);
    if (dynamic_cast<const eventstore::error*>(&problem)) return failure(message);
    if (dynamic_cast<const pqxx::broken_connection*>(&problem))
        return failure("PostgreSQL cannot be reached: " + message, where_to_look(message));
    if (dynamic_cast<const std::bad_alloc*>(&problem)) return failure("out of memory");
    return failure(message);
}

}  // namespace annals::app
