// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace annals::tests {

/// The SQL block below a heading of docs/operating/roles.md.
inline auto documented_sql(const std::string& heading) -> std::string
{
    std::ifstream file("docs/operating/roles.md");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string opening = "```sql\n";
    const auto begin = text.find(opening, text.find("\n## " + heading + "\n"));
    if (begin == std::string::npos) throw std::runtime_error("docs/operating/roles.md has no SQL under " + heading);
    const auto first = begin + opening.size();
    return text.substr(first, text.find("```", first) - first);
}

}  // namespace annals::tests
