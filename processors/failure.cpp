// SPDX-License-Identifier: Apache-2.0
#include <processors/failure.hpp>

#include <eventstore/errors.hpp>

#include <pqxx/pqxx>

#include <algorithm>
#include <string_view>

namespace annals::processors {

auto is_transient(const std::exception& problem) -> bool
{
    if (const auto* known = dynamic_cast<const eventstore::error*>(&problem)) return known->retryable();
    if (dynamic_cast<const pqxx::broken_connection*>(&problem) || dynamic_cast<const pqxx::in_doubt_error*>(&problem))
        return true;
    const auto* const refused = dynamic_cast<const pqxx::sql_error*>(&problem);
    if (!refused) return false;
    const std::string_view state = refused->sqlstate();
    const auto of_class = [&](std::string_view wanted) { return state.starts_with(wanted); };
    return of_class("08") || of_class("40") || of_class("53") || of_class("57") || state == "55P03" || state == "25006";
}

auto is_time_out(const std::exception& problem) -> bool
{
    const auto* const refused = dynamic_cast<const pqxx::sql_error*>(&problem);
    return refused && (refused->sqlstate() == "57014" || refused->sqlstate() == "55P03");
}

auto one_line(const std::exception& problem) -> std::string
{
    std::string line;
    for (const char* at = problem.what(); *at != '\0'; ++at) {
        const bool is_blank = *at == ' ' || *at == '\n' || *at == '\t';
        if (!is_blank) line += *at;
        else if (!line.empty() && line.back() != ' ') line += ' ';
    }
    if (line.ends_with(' ')) line.pop_back();
    return line;
}

auto back_off::next() -> std::chrono::milliseconds
{
    constexpr int doublings_max = 7;
    const int longest = std::min(5000, 50 << std::min(attempts_, doublings_max));
    ++attempts_;
    return std::chrono::milliseconds(std::uniform_int_distribution(longest / 2, longest)(random_));
}

}  // namespace annals::processors
