// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/tidy_source.hpp>

#include <regex>
#include <set>
#include <string>
#include <vector>

/// Headers for users say so, and are listed.
namespace annals::tests {

inline constexpr auto page_of_headers = "docs/reference/headers.md";

inline auto is_public(const source& file) -> bool
{
    return file.has_ending(".hpp") && file.lines.size() > 2
           && file.lines[2] == "// Public (" + std::string(page_of_headers) + ").";
}

/// The page lists the public headers, and no others.
inline void check_public_headers(const std::vector<source>& all, findings& to)
{
    static const std::regex header("annals/[a-z_/]+\\.hpp");
    std::set<std::string> listed;
    for (const auto& file : all)
        for (const auto& line : file.lines)
            if (std::smatch found; file.path == page_of_headers && std::regex_search(line, found, header))
                listed.insert(found[0]);
    for (const auto& file : all)
        if (is_public(file) != listed.contains(file.path))
            add(to, file, 3,
                is_public(file) ? "this public header is not in docs/reference/headers.md"
                                : "docs/reference/headers.md lists it: say in line 3 that it is public");
}

}  // namespace annals::tests
