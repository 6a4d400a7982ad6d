// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

/// What pages say, for tests that run it. Files are found from the repository root.
namespace annals::tests {

/// Throws `runtime_error` for a file that cannot be read.
inline auto text_of(const std::string& path) -> std::string
{
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + " cannot be read");
    return {std::istreambuf_iterator<char>(file), {}};
}

/// What stands between `begin` and `end`, as often as it does.
inline auto parts_of(const std::string& text, const std::string& begin, const std::string& end)
    -> std::vector<std::string>
{
    std::vector<std::string> parts;
    for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
        at += begin.size();
        parts.push_back(text.substr(at, text.find(end, at) - at));
    }
    return parts;
}

/// The code blocks in one language.
inline auto code_blocks(const std::string& text, const std::string& language) -> std::vector<std::string>
{
    return parts_of(text, "```" + language + "\n", "```\n");
}

/// The first code block below a heading. Throws `runtime_error` when there is none.
inline auto code_below(const std::string& page, const std::string& heading, const std::string& language) -> std::string
{
    const auto text = text_of(page);
    const auto begin = text.find("\n## " + heading + "\n");
    const auto blocks =
        begin == std::string::npos ? std::vector<std::string>() : code_blocks(text.substr(begin), language);
    if (blocks.empty()) throw std::runtime_error(page + " has no " + language + " under " + heading);
    return blocks.front();
}

}  // namespace annals::tests
