// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/definition_file.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/payload_check.hpp>
#include <annals/sagas/definition/definition_json.hpp>
#include <annals/sagas/definition/parsed_toml.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

namespace annals::sagas {
namespace {

using eventstore::invalid_request;
using eventstore::json;

auto text_of(const std::string& path) -> std::string
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) throw invalid_request(path + " cannot be read, or is empty");
    return std::move(text).str();
}

/// nlohmann's message without its number and place: "syntax error while parsing …".
auto parse_json(const std::string& text, const std::string& path) -> json
{
    if (!eventstore::is_utf8(text)) throw invalid_request(path + ": it is not valid UTF-8");
    try {
        auto value = json::parse(text);
        if (const auto fault = eventstore::fault_of_payload(text)) throw invalid_request(path + ": it " + *fault);
        return value;
    } catch (const json::parse_error& problem) {
        const auto read = std::string_view(text).substr(0, problem.byte > 0 ? problem.byte - 1 : 0);
        std::string_view why = problem.what();
        why.remove_prefix(std::min(why.find("syntax error"), why.size()));
        throw invalid_request(path + ":" + std::to_string(1 + std::ranges::count(read, '\n')) + ": "
                              + std::string(why));
    }
}

}  // namespace

auto read_definition(const std::string& path) -> definition
{
    const bool is_toml = path.ends_with(".toml");
    if (!is_toml && !path.ends_with(".json"))
        throw invalid_request(path + " is no definition of a saga: its name ends in .toml or .json");
    const auto text = text_of(path);
    auto source = is_toml ? parse_toml(text, path) : parsed_toml{.value = parse_json(text, path), .lines = {}};
    auto [made, problems] = decode_definition(source.value);
    if (!problems.empty())
        throw invalid_request(to_message(problems, made, {.file = path, .lines = std::move(source.lines)}));
    return std::move(made);
}

}  // namespace annals::sagas
