// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The repository as `tidy.cpp` sees it: files of text, and what is found in them.
namespace annals::tests {

/// A file of text.
struct source {
    std::string path;                        ///< from the root of the checkout, with `/`
    std::vector<std::string> lines;

    auto has_ending(std::string_view ending) const -> bool { return path.ends_with(ending); }
    auto is_cpp() const -> bool { return has_ending(".hpp") || has_ending(".cpp"); }
    auto folder() const -> std::string
    {
        return path.substr(0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    }
    auto stem() const -> std::string
    {
        const auto name = path.substr(path.rfind('/') + 1);
        return name.substr(0, name.find('.'));
    }
};

using findings = std::vector<std::string>;

inline void add(findings& to, const source& in, std::size_t line, const std::string& problem)
{
    to.push_back(in.path + ":" + std::to_string(line) + ": " + problem);
}

inline auto is_in(const std::string& path, std::string_view folder) -> bool
{
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

inline auto read(const std::filesystem::path& path) -> source
{
    source file{path.lexically_normal().generic_string(), {}};
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) file.lines.push_back(line);
    return file;
}

inline auto is_text(const std::filesystem::path& path) -> bool
{
    static const std::set<std::string> endings{".hpp", ".cpp",  ".sql", ".md",   ".txt", ".cmake",
                                               ".sh",  ".json", ".yml", ".toml", ""};
    return endings.contains(path.extension().string());
}

inline auto all_sources() -> std::vector<source>
{
    static const std::set<std::string> not_ours{".git", ".dev", "build", ".cache", ".vscode", ".idea"};
    std::vector<source> all;
    for (auto entry = std::filesystem::recursive_directory_iterator(".");
         entry != std::filesystem::recursive_directory_iterator(); ++entry) {
        if (not_ours.contains(entry->path().filename().string())) entry.disable_recursion_pending();
        else if (entry->is_regular_file() && is_text(entry->path())) all.push_back(read(entry->path()));
    }
    return all;
}

}  // namespace annals::tests
