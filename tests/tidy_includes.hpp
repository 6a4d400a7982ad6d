// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/tidy_source.hpp>
#include <tests/tidy_technologies.hpp>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Which folder may include which.
namespace annals::tests {

/// Which folder of annals/ may include which (ARCHITECTURE.md). It may always include itself and telemetry/.
inline const std::map<std::string, std::vector<std::string>> may_include{
    {"telemetry", {}},
    {"eventstore", {}},
    {"eventstore/contract", {"eventstore"}},
    {"eventstore/memory", {"eventstore"}},
    {"libpq", {"eventstore"}},
    {"leases", {"libpq"}},
    {"eventstore/postgres", {"eventstore", "leases", "libpq"}},
    {"facts", {"eventstore"}},
    {"kafka", {"eventstore"}},
    {"migrations", {"eventstore", "libpq"}},
    {"commands", {"eventstore", "facts"}},
    {"processors", {"facts", "eventstore", "leases", "libpq", "kafka"}},
    {"sagas", {"facts", "eventstore"}},
    {"sagas/orchestrator",
     {"sagas", "commands", "processors", "facts", "eventstore", "eventstore/postgres", "leases", "libpq"}},
    {"sagas/participants", {"sagas/orchestrator", "sagas", "kafka", "libpq", "eventstore"}},
    {"sagas/process_managers", {"processors", "commands", "facts", "eventstore", "leases", "libpq"}},
    {"projections", {"processors", "facts", "eventstore", "libpq"}},
    {"testing/database", {"migrations", "eventstore", "libpq"}},
    {"testing",
     {"testing/database", "sagas/process_managers", "projections", "processors", "commands", "facts", "eventstore"}},
    {"queries", {"projections", "processors", "eventstore", "libpq"}},
    {"service", {"commands", "queries", "facts", "eventstore", "eventstore/postgres"}},
    {"app",
     {"service", "commands", "projections", "sagas", "sagas/orchestrator", "sagas/process_managers", "processors",
      "facts", "eventstore", "eventstore/postgres", "libpq", "kafka"}},
    {"operations",
     {"app", "service", "migrations", "projections", "sagas/orchestrator", "sagas/participants",
      "sagas/process_managers", "processors", "eventstore", "eventstore/postgres", "libpq", "kafka"}},
};

/// These may include anything of annals.
inline const std::set<std::string> roofs{"cli", "annals.hpp", "examples", "benchmarks", "tests"};

/// Projects of their own, as users write them.
inline auto is_of_a_user(const std::string& path) -> bool
{
    return is_in(path, "examples/starter") || is_in(path, "examples/bikes");
}

/// The longest of our folders that contains a path, without `annals/`; empty for other paths.
inline auto house_folder(std::string path) -> std::string
{
    if (is_in(path, "annals")) path.erase(0, std::string_view("annals/").size());
    std::string found;
    for (const auto& [folder, below] : may_include)
        if (is_in(path, folder) && folder.size() > found.size()) found = folder;
    for (const auto& roof : roofs)
        if (is_in(path, roof)) found = roof;
    return found;
}

/// Whether a path is in one of our folders, named without `annals/`.
inline auto is_below(const std::string& path, const std::string& folder) -> bool
{
    return is_in(path, folder) || is_in(path, "annals/" + folder);
}

inline auto include_is_allowed(const std::string& from, const std::string& header) -> bool
{
    const auto here = house_folder(from);
    const auto there = house_folder(header);
    if (there.empty() || here == there || there == "telemetry" || roofs.contains(here)) return true;
    const auto below = may_include.find(here);
    return below != may_include.end() && std::ranges::find(below->second, there) != below->second.end();
}

inline const std::regex include_line(R"(\s*#\s*include\s*([<"])([^>"]+)[>"].*)");

inline void check_includes(const source& in, findings& to)
{
    for (std::size_t i = 0; in.is_cpp() && !is_of_a_user(in.path) && i < in.lines.size(); ++i) {
        std::smatch found;
        if (!std::regex_match(in.lines[i], found, include_line)) continue;
        const std::string header = found[2];
        if (found[1] == "\"")
            add(to, in, i + 1, "write #include <annals/folder/" + header + ">: the root of includes is the checkout");
        if (!is_in(header, "annals") && may_include.contains(house_folder(header)))
            add(to, in, i + 1, "write #include <annals/" + header + ">");
        if (!include_is_allowed(in.path, header))
            add(to, in, i + 1,
                house_folder(in.path) + "/ may not include " + house_folder(header) + "/ (ARCHITECTURE.md): " + header);
        for (const auto& [technology, folders] : technologies)
            if (header.starts_with(technology)
                && std::ranges::none_of(folders, [&](auto& folder) { return is_below(in.path, folder); }))
                add(to, in, i + 1, header + " stays in " + folders.front() + "/");
    }
}

}  // namespace annals::tests
