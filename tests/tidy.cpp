// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The repository checks its own shape: which folder may include which, sizes, names, first lines.
/// All findings are reported together, as file:line.
namespace {

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

void add(findings& to, const source& in, std::size_t line, const std::string& problem)
{
    to.push_back(in.path + ":" + std::to_string(line) + ": " + problem);
}

auto is_in(const std::string& path, std::string_view folder) -> bool
{
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// which folder may include which (ARCHITECTURE.md); a folder may always include itself and telemetry/

const std::map<std::string, std::vector<std::string>> may_include{
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
    {"processors", {"eventstore", "leases", "libpq", "kafka"}},
    {"projections", {"processors", "facts", "eventstore", "libpq"}},
    {"queries", {"projections", "processors", "eventstore", "libpq"}},
    {"app", {"commands", "projections", "processors", "facts", "eventstore", "eventstore/postgres", "libpq", "kafka"}},
    {"operations",
     {"app", "migrations", "projections", "processors", "eventstore", "eventstore/postgres", "libpq", "kafka"}},
};

/// These may include anything of annals.
const std::set<std::string> roofs{"cli", "examples", "benchmarks", "tests"};

/// A technology stays in its folders.
const std::vector<std::pair<std::string, std::vector<std::string>>> technologies{
    {"librdkafka/", {"kafka"}},
    {"libpq-fe.h", {"libpq"}},
    {"pqxx/",
     {"eventstore/postgres", "libpq", "processors", "projections", "queries", "app", "operations", "examples",
      "benchmarks", "tests"}},
    {"nlohmann/", {"eventstore", "benchmarks", "tests"}},
    {"simdjson", {"facts"}},
    {"CLI/", {"cli"}},
    {"expat.h", {"cli/import"}},
    {"zlib.h", {"cli/import", "tests/cli/import"}},
    {"doctest/", {"tests", "eventstore/contract"}},
    {"rapidcheck", {"tests"}},
};

/// The longest of our folders that contains a path; empty for other paths.
auto house_folder(const std::string& path) -> std::string
{
    std::string found;
    for (const auto& [folder, below] : may_include)
        if (is_in(path, folder) && folder.size() > found.size()) found = folder;
    for (const auto& roof : roofs)
        if (is_in(path, roof)) found = roof;
    return found;
}

auto include_is_allowed(const std::string& from, const std::string& header) -> bool
{
    const auto here = house_folder(from);
    const auto there = house_folder(header);
    if (there.empty() || here == there || there == "telemetry" || roofs.contains(here)) return true;
    const auto below = may_include.find(here);
    return below != may_include.end() && std::ranges::find(below->second, there) != below->second.end();
}

const std::regex include_line(R"(\s*#\s*include\s*([<"])([^>"]+)[>"].*)");

void check_includes(const source& in, findings& to)
{
    for (std::size_t i = 0; in.is_cpp() && i < in.lines.size(); ++i) {
        std::smatch found;
        if (!std::regex_match(in.lines[i], found, include_line)) continue;
        const std::string header = found[2];
        if (found[1] == "\"")
            add(to, in, i + 1, "write #include <folder/" + header + ">: the root of includes is the checkout");
        if (!include_is_allowed(in.path, header))
            add(to, in, i + 1,
                house_folder(in.path) + "/ may not include " + house_folder(header) + "/ (ARCHITECTURE.md): " + header);
        for (const auto& [technology, folders] : technologies)
            if (header.starts_with(technology)
                && std::ranges::none_of(folders, [&](auto& folder) { return is_in(in.path, folder); }))
                add(to, in, i + 1, header + " stays in " + folders.front() + "/");
    }
}

// sizes

constexpr std::size_t header_lines_max = 160;
constexpr std::size_t file_lines_max = 400;
constexpr std::size_t function_lines_max = 60;
constexpr std::size_t line_columns_max = 120;

auto columns(const std::string& line) -> std::size_t
{
    return static_cast<std::size_t>(std::ranges::count_if(line, [](char c) { return (c & 0xc0) != 0x80; }));
}

void check_sizes(const source& in, findings& to)
{
    const auto lines_max = in.has_ending(".hpp") ? header_lines_max : file_lines_max;
    if ((in.is_cpp() || in.has_ending(".sql")) && in.lines.size() > lines_max)
        add(to, in, in.lines.size(),
            "the file is longer than " + std::to_string(lines_max) + " lines: it holds several ideas");
    std::size_t begin = 0;
    bool table = false;
    for (std::size_t i = 0; in.is_cpp() && i < in.lines.size(); ++i) {
        const auto& line = in.lines[i];
        if (line == "{") begin = i;
        if (line == "}" && begin > 0 && !is_in(in.path, "tests") && i - begin > function_lines_max)
            add(to, in, begin + 1, "the function is longer than " + std::to_string(function_lines_max) + " lines");
        table = (table || line.find("clang-format off") != std::string::npos)
                && line.find("clang-format on") == std::string::npos;
        if (!table && columns(line) > line_columns_max)
            add(to, in, i + 1, "the line is longer than " + std::to_string(line_columns_max) + " columns");
    }
}

// names and words

void check_name(const source& in, findings& to)
{
    static const std::regex snake_case("[a-z0-9]+(_[a-z0-9]+)*");
    static const std::set<std::string> empty_names{"util",   "utils",   "helper", "helpers",
                                                   "common", "manager", "misc",   "impl"};
    if (!in.is_cpp() && !in.has_ending(".sql")) return;
    const auto stem = in.stem();
    if (!std::regex_match(stem, snake_case)) add(to, in, 1, "a file's name is written in snake_case");
    if (empty_names.contains(stem) || empty_names.contains(stem.substr(stem.rfind('_') + 1)))
        add(to, in, 1, "a file is named after the one idea in it, not " + stem);
}

void check_words(const source& in, findings& to)
{
    static const std::regex left_open("\\b(TO"
                                      "DO|FIX"
                                      "ME|XX"
                                      "X)\\b");
    static const std::regex of_a_machine("(^|[^A-Za-z0-9_.])/(home|Users|work|root)/|/tmp/(wt/|annals-cache)");
    static const std::regex banner(R"(^\s*(//|#|--)\s*[-=*#~]{4,})");
    for (std::size_t i = 0; i < in.lines.size(); ++i) {
        const auto& line = in.lines[i];
        if (std::regex_search(line, left_open)) add(to, in, i + 1, "do it, or open an issue");
        if (std::regex_search(line, of_a_machine)) add(to, in, i + 1, "a path of one machine");
        if (std::regex_search(line, banner)) add(to, in, i + 1, "a banner: the code's order says enough");
        if (line.ends_with(' ') || line.ends_with('\r')) add(to, in, i + 1, "a blank at the end of the line");
    }
}

/// Words for which `docs/reference/glossary.md` gives a replacement.
void check_retired_words(const source& in, findings& to)
{
    static const std::set<std::string> may_name_them{"CHANGELOG.md", "docs/reference/glossary.md", "tests/tidy.cpp"};
    static const std::regex retired(
        "\\b(lanes?|doorbell|store_bell|wake_up|snapshot_keeper|calm_calls|decider|"
        "bell|whoever|anew|in vain|mend|mends|mended|known_[a-z]\\w*|order_book|order_desk|held_logs|"
        "addressed_request)\\b",
        std::regex::icase);
    if (may_name_them.contains(in.path)) return;
    for (std::size_t i = 0; i < in.lines.size(); ++i)
        if (std::smatch found; std::regex_search(in.lines[i], found, retired))
            add(to, in, i + 1, found.str() + " is not used any more: see docs/reference/glossary.md");
}

void check_first_lines(const source& in, findings& to)
{
    const bool script = in.has_ending(".sh") || (!in.lines.empty() && in.lines[0].starts_with("#!"));
    const bool migration = in.has_ending(".sql") && is_in(in.path, "migrations");
    if (!in.is_cpp() && !script && !migration && !in.has_ending(".cmake") && !in.has_ending("CMakeLists.txt")) return;
    const auto says_licence = [&](std::size_t line) {
        return line < in.lines.size() && in.lines[line].ends_with(" SPDX-License-Identifier: Apache-2.0");
    };
    if (!says_licence(0) && !(script && says_licence(1)))
        add(to, in, 1, "begin with: SPDX-License-Identifier: Apache-2.0");
    if (in.has_ending(".hpp") && (in.lines.size() < 2 || in.lines[1] != "#pragma once"))
        add(to, in, 2, "a header's second line is #pragma once");
}

auto check(const source& in) -> findings
{
    findings all;
    for (const auto rule :
         {check_includes, check_sizes, check_name, check_words, check_retired_words, check_first_lines})
        rule(in, all);
    return all;
}

// the repository

auto read(const std::filesystem::path& path) -> source
{
    source file{path.lexically_normal().generic_string(), {}};
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) file.lines.push_back(line);
    return file;
}

auto is_text(const std::filesystem::path& path) -> bool
{
    static const std::set<std::string> endings{".hpp", ".cpp",  ".sql", ".md",   ".txt", ".cmake",
                                               ".sh",  ".json", ".yml", ".toml", ""};
    return endings.contains(path.extension().string());
}

auto all_sources() -> std::vector<source>
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

/// What no single file shows: headers that nothing includes, and permissions above that are not used any more.
auto check_all(const std::vector<source>& all) -> findings
{
    findings to;
    std::set<std::string> included;
    std::set<std::pair<std::string, std::string>> used;      // a folder, and a folder or technology that it includes
    for (const auto& file : all)
        for (const auto& line : file.lines) {
            std::smatch found;
            if (!file.is_cpp() || !std::regex_match(line, found, include_line)) continue;
            const std::string header = found[2];
            included.insert(header);
            used.emplace(house_folder(file.path), house_folder(header));
            for (const auto& [technology, folders] : technologies)
                for (const auto& folder : folders)
                    if (header.starts_with(technology) && is_in(file.path, folder)) used.emplace(folder, technology);
        }
    for (const auto& file : all)
        if (file.has_ending(".hpp") && !included.contains(file.path) && !is_in(file.path, "tests/compile_fail"))
            add(to, file, 1, "nothing includes this header");
    const auto expect = [&](const std::string& folder, const std::string& what) {
        if (!used.contains({folder, what})) to.push_back("tests/tidy.cpp: " + folder + "/ does not include " + what);
    };
    for (const auto& [folder, below] : may_include)
        for (const auto& one : below) expect(folder, one);
    for (const auto& [technology, folders] : technologies)
        for (const auto& folder : folders) expect(folder, technology);
    return to;
}

/// Whether a file with these lines has a finding with this text.
auto is_found(const std::string& path, const std::vector<std::string>& lines, std::string_view saying) -> bool
{
    const auto all = check({path, lines});
    return std::ranges::any_of(all, [&](const std::string& one) { return one.find(saying) != std::string::npos; });
}

}  // namespace

TEST_CASE("the repository is as it says it is")
{
    const auto sources = all_sources();
    std::string all;
    for (const auto& file : sources)
        for (const auto& one : check(file)) all += "\n" + one;
    for (const auto& one : check_all(sources)) all += "\n" + one;
    CHECK_MESSAGE(all.empty(), all);
}

TEST_CASE("a file that keeps the rules has no findings")
{
    const std::vector<std::string> lines{"// SPDX-License-Identifier: Apache-2.0", "#pragma once", "",
                                         "#include <eventstore/store.hpp>"};
    CHECK(check({"commands/handle.hpp", lines}).empty());
}

TEST_CASE("a folder includes only folders below it")
{
    CHECK(
        is_found("eventstore/store.hpp", {"#include <commands/handle.hpp>"}, "eventstore/ may not include commands/"));
    CHECK(is_found("eventstore/store.hpp", {"#include <eventstore/memory/memory_store.hpp>"},
                   "may not include eventstore/memory/"));
    CHECK(is_found("kafka/publisher.cpp", {"#include <eventstore/postgres/append/append_session.hpp>"},
                   "may not include eventstore/postgres/"));
    CHECK(
        is_found("leases/member.hpp", {"#include <processors/processor.hpp>"}, "leases/ may not include processors/"));
    CHECK(is_found("commands/handle.cpp", {"#include <processors/feed.hpp>"}, "commands/ may not include processors/"));
    CHECK(is_found("queries/ask.cpp", {"#include <cli/session.hpp>"}, "queries/ may not include cli/"));
    CHECK_FALSE(is_found("cli/verbs/work.cpp", {"#include <queries/ask.hpp>"}, "may not include"));
    CHECK(is_found("cli/session.cpp", {"#include \"session.hpp\""}, "write #include <folder/session.hpp>"));
}

TEST_CASE("a header that nothing includes is found, and a permission that is not used")
{
    const std::vector<source> files{{"queries/ask.hpp", {}},
                                    {"queries/ask.cpp", {"#include <projections/header.hpp>"}}};
    const auto all = check_all(files);
    const auto says = [&](const std::string& what) { return std::ranges::find(all, what) != all.end(); };
    CHECK(says("queries/ask.hpp:1: nothing includes this header"));
    CHECK(says("tests/tidy.cpp: queries/ does not include processors"));
    CHECK_FALSE(says("tests/tidy.cpp: queries/ does not include projections"));
    CHECK(says("tests/tidy.cpp: libpq/ does not include libpq-fe.h"));
}

TEST_CASE("a technology stays in its folder")
{
    CHECK(is_found("processors/worker.cpp", {"#include <librdkafka/rdkafka.h>"}, "stays in kafka/"));
    CHECK(is_found("app/failure.cpp", {"#include <libpq-fe.h>"}, "stays in libpq/"));
    CHECK(is_found("commands/handle.hpp", {"#include <pqxx/pqxx>"}, "stays in"));
    CHECK(is_found("eventstore/store.cpp", {"#include <pqxx/pqxx>"}, "stays in"));
    CHECK(is_found("processors/worker.cpp", {"#include <CLI/CLI.hpp>"}, "stays in cli/"));
    CHECK(is_found("eventstore/store.cpp", {"#include <doctest/doctest.h>"}, "stays in tests/"));
}

TEST_CASE("files, functions and lines are short")
{
    CHECK(is_found("eventstore/a.hpp", std::vector<std::string>(161), "longer than 160 lines"));
    CHECK(is_found("eventstore/a.cpp", std::vector<std::string>(401), "longer than 400 lines"));
    CHECK(is_found("migrations/0001_a.sql", std::vector<std::string>(401), "longer than 400 lines"));
    CHECK(is_found("eventstore/a.cpp", {std::string(121, 'x')}, "longer than 120 columns"));
    std::vector<std::string> function(63, "    step();");
    function.insert(function.begin(), {"void run()", "{"});
    function.emplace_back("}");
    CHECK(is_found("eventstore/a.cpp", function, "eventstore/a.cpp:2: the function is longer than 60 lines"));
}

TEST_CASE("names say something, and nothing is left open")
{
    CHECK(is_found("eventstore/Store.hpp", {}, "snake_case"));
    CHECK(is_found("eventstore/utils.hpp", {}, "named after the one idea in it"));
    CHECK(is_found("eventstore/lease_manager.hpp", {}, "named after the one idea in it"));
    CHECK(is_found("README.md",
                   {"TO"
                    "DO: write"},
                   "README.md:1: do it, or open an issue"));
    CHECK(is_found("README.md",
                   {"see /ho"
                    "me/ada/annals"},
                   "a path of one machine"));
    CHECK(is_found("eventstore/a.cpp",
                   {"// ----"
                    "----"},
                   "a banner"));
    CHECK(is_found("eventstore/a.cpp", {"int a; "}, "a blank at the end"));
}

TEST_CASE("a retired word is refused, except where it is explained")
{
    CHECK(is_found("eventstore/a.hpp", {"/// Whoever takes it."}, "eventstore/a.hpp:1: Whoever is not used any more"));
    CHECK_FALSE(is_found("docs/reference/glossary.md", {"| lane | append session |"}, "not used any more"));
    CHECK_FALSE(is_found("README.md", {"planes, amends"}, "not used any more"));
}

TEST_CASE("first lines are what they should be")
{
    CHECK(is_found("eventstore/a.cpp", {"#include <string>"}, "a.cpp:1: begin with: SPDX"));
    CHECK(is_found("dev", {"#!/usr/bin/env bash", "set -e"}, "dev:1: begin with: SPDX"));
    CHECK(
        is_found("eventstore/a.hpp", {"// SPDX-License-Identifier: Apache-2.0", "#include <string>"}, "#pragma once"));
}
