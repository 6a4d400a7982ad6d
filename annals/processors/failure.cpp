// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/failure.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/libpq/sqlstate.hpp>

#include <pqxx/pqxx>

#include <algorithm>
#include <new>
#include <string_view>
#include <system_error>

namespace annals::processors {

using libpq::fault, libpq::fault_of;

namespace {

template <class... Types>
auto is_one_of(const std::exception& problem) -> bool
{
    return (... || (dynamic_cast<const Types*>(&problem) != nullptr));
}

}  // namespace

auto sqlstate_of(const pqxx::sql_error& refused) -> std::string
{
    if (!refused.sqlstate().empty()) return refused.sqlstate();
    if (is_one_of<pqxx::insufficient_privilege>(refused)) return "42501";
    if (is_one_of<pqxx::insufficient_resources>(refused)) return "53000";
    if (is_one_of<pqxx::transaction_rollback>(refused)) return "40000";
    if (is_one_of<pqxx::data_exception>(refused)) return "22000";
    if (is_one_of<pqxx::integrity_constraint_violation>(refused)) return "23000";
    if (is_one_of<pqxx::plpgsql_error>(refused)) return "P0000";
    return {};
}

auto error_code(const std::exception& problem) -> std::string
{
    if (const auto* refused = dynamic_cast<const pqxx::sql_error*>(&problem)) return sqlstate_of(*refused);
    if (const auto* refused = dynamic_cast<const libpq::statement_error*>(&problem)) return refused->sqlstate();
    return {};
}

auto blames_event(const std::exception& problem) -> bool
{
    if (const auto* refused = dynamic_cast<const pqxx::sql_error*>(&problem))
        return fault_of(sqlstate_of(*refused)) == fault::content;
    if (const auto* refused = dynamic_cast<const libpq::statement_error*>(&problem))
        return fault_of(refused->sqlstate()) == fault::content;
    if (const auto* known = dynamic_cast<const eventstore::error*>(&problem)) return !known->retryable();
    return !is_one_of<pqxx::failure, pqxx::usage_error, pqxx::internal_error, std::bad_alloc, std::system_error>(
        problem);
}

auto is_outage(const std::exception& problem) -> bool
{
    return is_one_of<eventstore::unavailable>(problem) || is_lost_session(problem);
}

auto is_lost_session(const std::exception& problem) -> bool
{
    const auto* const refused = dynamic_cast<const pqxx::sql_error*>(&problem);
    return is_one_of<pqxx::broken_connection>(problem) || (refused && libpq::ends_session(refused->sqlstate()));
}

auto is_time_out(const std::exception& problem) -> bool
{
    const auto* const refused = dynamic_cast<const pqxx::sql_error*>(&problem);
    return refused && libpq::took_too_long(refused->sqlstate());
}

namespace {

/// libpqxx puts the name of a prepared statement before the server's words: nobody outside knows it.
auto words_of_server(std::string_view message) -> std::string_view
{
    constexpr std::string_view begin = "Failure during '", end = "': ";
    const auto words = message.starts_with(begin) ? message.find(end) : std::string_view::npos;
    return words == std::string_view::npos ? message : message.substr(words + end.size());
}

}  // namespace

auto one_line(const std::exception& problem) -> std::string
{
    std::string line;
    for (const char c : words_of_server(problem.what())) {
        const bool is_blank = c == ' ' || c == '\n' || c == '\t';
        if (!is_blank) line += c;
        else if (!line.empty() && line.back() != ' ') line += ' ';
    }
    if (line.ends_with(' ')) line.pop_back();
    return line;
}

}  // namespace annals::processors
