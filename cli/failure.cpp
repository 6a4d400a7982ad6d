// SPDX-License-Identifier: Apache-2.0
#include <cli/failure.hpp>

#include <eventstore/errors.hpp>
#include <eventstore/postgres/connection.hpp>

#include <pqxx/except>

#include <new>

namespace annals::cli {
namespace {

/// libpq and PostgreSQL write several lines; the first ones say what, the others are joined.
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
        return failure(message, "this user lacks a role for it: see docs/roles.md, or connect as another (--dsn)");
    return failure(message);
}

/// libpqxx leaves the SQLSTATE out of some of its exceptions, whose type says it.
auto sqlstate_of(const pqxx::sql_error& refused) -> std::string
{
    return dynamic_cast<const pqxx::insufficient_privilege*>(&refused) != nullptr ? "42501" : refused.sqlstate();
}

constexpr auto where_to_look = "`annals config` shows where the address comes from";

}  // namespace

auto explain(const std::exception& problem) -> failure
{
    const auto message = one_line(problem.what());
    if (const auto* known = dynamic_cast<const failure*>(&problem)) return *known;
    if (dynamic_cast<const eventstore::invalid_request*>(&problem)) return failure(message, {}, exit_code::usage);
    if (dynamic_cast<const eventstore::unavailable*>(&problem)) return failure(message, where_to_look);
    if (const auto* refused = dynamic_cast<const eventstore::postgres::statement_error*>(&problem))
        return refused_by_server(refused->sqlstate(), message);
    if (const auto* refused = dynamic_cast<const pqxx::sql_error*>(&problem))
        return refused_by_server(sqlstate_of(*refused), "PostgreSQL: " + message);
    if (dynamic_cast<const eventstore::error*>(&problem)) return failure(message);
    if (dynamic_cast<const pqxx::broken_connection*>(&problem))
        return failure("PostgreSQL cannot be reached: " + message, where_to_look);
    if (dynamic_cast<const std::bad_alloc*>(&problem)) return failure("out of memory");
    return failure(message);
}

}  // namespace annals::cli
