// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/server_error.hpp>

#include <annals/projections/sql/sql_file.hpp>

#include <regex>
#include <sstream>

namespace annals::projections {
namespace {

auto number_in(const std::string& text, const char* pattern) -> int
{
    std::smatch found;
    return std::regex_search(text, found, std::regex(pattern)) ? std::stoi(found[1]) : 0;
}

constexpr auto line_of_function = R"(block_\d+\(\) line (\d+) at)";

/// Lines count from 1. A block's function has one line before the author's first line; creations are run unchanged.
auto line_in_file(const std::string& message, server_step step, int first) -> int
{
    const auto in_statement = number_in(message, R"((?:^|\n)LINE (\d+):)");
    if (step == server_step::creating) return in_statement == 0 ? first : first + in_statement - 1;
    if (step == server_step::declaring_block) return in_statement < 2 ? first : first + in_statement - 2;
    const auto in_function = number_in(message, line_of_function);
    if (in_function < 2) return first;
    return first + in_function - 2 + (in_statement == 0 ? 0 : in_statement - 1);
}

}  // namespace

auto words_of(const pqxx::sql_error& problem) -> std::string
{
    std::istringstream lines(problem.what());
    std::string words;
    std::getline(lines, words);
    if (const auto severity = words.find(":  "); severity != std::string::npos) words.erase(0, severity + 3);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("DETAIL:  ") || line.starts_with("HINT:  "))
            words += ". " + line.substr(line.find(":  ") + 3);
    return words;
}

auto line_of_failure(const pqxx::sql_error& problem, const std::vector<sql_text>& blocks) -> std::optional<int>
{
    const auto block = static_cast<std::size_t>(number_in(problem.what(), R"(block_(\d{1,6})\(\) line \d+ at)"));
    if (block < 1 || block > blocks.size()) return std::nullopt;
    return line_in_file(problem.what(), server_step::running_block, blocks[block - 1].line);
}

auto line_in_block(const pqxx::sql_error& problem) -> int { return number_in(problem.what(), line_of_function) - 1; }

void report(const pqxx::sql_error& problem, server_step step, const std::string& file, const sql_text& sql)
{
    throw bad_file(file, line_in_file(problem.what(), step, sql.line), words_of(problem));
}

}  // namespace annals::projections
