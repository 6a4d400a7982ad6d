// SPDX-License-Identifier: Apache-2.0
#include <annals/app/configuration_file.hpp>

#include <annals/app/failure.hpp>

#include <toml++/toml.h>

#include <fstream>
#include <sstream>

namespace annals::app {
namespace {

auto place(const std::string& path, const toml::source_region& source) -> std::string
{
    return path + ":" + std::to_string(source.begin.line);
}

/// toml++'s message without what it quotes, unless that is a setting's name: it may be a piece of a password.
auto without_quotes(std::string text) -> std::string
{
    const auto from = text.find('\''), to = text.rfind('\'');
    if (from == text.npos || is_setting(std::string_view(text).substr(from + 1, to - from - 1))) return text;
    return text.replace(from, to - from + 1, "…");
}

auto text_of(const toml::node& node) -> std::optional<std::string>
{
    if (const auto* text = node.as_string()) return text->get();
    if (!node.is_integer() && !node.is_floating_point() && !node.is_boolean()) return std::nullopt;
    std::ostringstream text;
    node.visit([&](const auto& value) {
        if constexpr (toml::is_value<decltype(value)>) text << std::boolalpha << value.get();
    });
    return text.str();
}

void collect(const toml::table& table, const std::string& path, const std::string& prefix,
             std::map<std::string, setting>& all)
{
    for (const auto& [key, node] : table) {
        const auto name = prefix + std::string(key.str());
        if (const auto* inner = node.as_table()) {
            collect(*inner, path, name + ".", all);
        } else if (auto text = text_of(node)) {
            all[name] = {std::move(*text), place(path, node.source())};
        } else {
            throw failure(place(path, node.source()) + ": " + name
                              + " is neither a text nor a number nor true or false",
                          {}, exit_code::usage);
        }
    }
}

}  // namespace

auto read_configuration_file(const std::string& path) -> std::map<std::string, setting>
{
    std::ifstream file(path);
    if (!file)
        throw failure("the configuration file " + path + " cannot be read", "see --config and ANNALS_CONFIG",
                      exit_code::usage);
    try {
        std::map<std::string, setting> all;
        collect(toml::parse(file, path), path, {}, all);
        return all;
    } catch (const toml::parse_error& problem) {
        throw failure(place(path, problem.source()) + ": " + without_quotes(std::string(problem.description())),
                      "it must be TOML: name = \"value\"", exit_code::usage);
    }
}

}  // namespace annals::app
