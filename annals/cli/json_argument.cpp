// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/json_argument.hpp>

#include <annals/app/failure.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace annals::cli {
namespace {

auto text_of(const std::string& what, const std::string& given) -> std::string
{
    if (given == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
    if (!given.starts_with('@')) return given;
    std::ifstream file(given.substr(1));
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || file.bad())
        throw app::failure(what + ": " + given.substr(1) + " cannot be read: " + std::strerror(errno), {},
                           app::exit_code::usage);
    return text;
}

}  // namespace

auto json_of(const std::string& what, const std::string& given) -> eventstore::json
{
    try {
        return eventstore::json::parse(text_of(what, given));
    } catch (const eventstore::json::parse_error& problem) {
        throw app::failure(what + " is no JSON: " + problem.what(), "quote it for the shell: '{\"a\": 1}'",
                           app::exit_code::usage);
    }
}

auto json_object_of(const std::string& what, const std::string& given) -> eventstore::json
{
    auto value = json_of(what, given);
    if (!value.is_object())
        throw app::failure(what + " is a JSON object, not " + eventstore::excerpt(value), {}, app::exit_code::usage);
    return value;
}

}  // namespace annals::cli
