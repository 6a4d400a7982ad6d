// SPDX-License-Identifier: Apache-2.0
#include <tests/tidy_headers.hpp>
#include <tests/tidy_includes.hpp>
#include <tests/tidy_source.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The repository checks its own shape: which folder may include which, sizes, names, first lines.
/// All findings are reported together, as file:line.
namespace {

using namespace annals::tests;

// sizes

constexpr std::size_t header_lines_max = 120;
constexpr std::size_t file_lines_max = 400;
constexpr std::size_t function_lines_max = 40;
constexpr std::size_t line_columns_max = 120;
constexpr std::size_t prose_columns_max = 100;

/// Their lines are not counted: tests list cases.
const std::vector<std::string> tests{"tests", "annals/eventstore/contract"};

auto columns(const std::string& line) -> std::size_t
{
    return static_cast<std::size_t>(std::ranges::count_if(line, [](char c) { return (c & 0xc0) != 0x80; }));
}

auto is_a_test(const source& in) -> bool
{
    return std::ranges::any_of(tests, [&](const auto& folder) { return is_in(in.path, folder); });
}

void check_lengths(const source& in, findings& to)
{
    const auto lines_max = in.has_ending(".hpp") ? header_lines_max : file_lines_max;
    if ((in.is_cpp() || in.has_ending(".sql")) && in.lines.size() > lines_max)
        add(to, in, in.lines.size(),
            "the file is longer than " + std::to_string(lines_max) + " lines: it holds several ideas");
    std::size_t begin = 0;
    for (std::size_t i = 0; in.is_cpp() && i < in.lines.size(); ++i) {
        const auto& line = in.lines[i];
        if (line == "{") begin = i;
        if (line == "}" && begin > 0 && !is_a_test(in) && i - begin > function_lines_max)
            add(to, in, begin + 1, "the function is longer than " + std::to_string(function_lines_max) + " lines");
    }
}

void check_widths(const source& in, findings& to)
{
    bool table = false;
    for (std::size_t i = 0; in.is_cpp() && i < in.lines.size(); ++i) {
        const auto& line = in.lines[i];
        table = (table || line.find("clang-format off") != std::string::npos)
                && line.find("clang-format on") == std::string::npos;
        if (!table && columns(line) > line_columns_max)
            add(to, in, i + 1, "the line is longer than " + std::to_string(line_columns_max) + " columns");
    }
}

/// A page's text. Not its tables and code, not an address that fills a line, and not the changelog, where an entry is
/// a line.
void check_prose(const source& in, findings& to)
{
    bool code = false;
    for (std::size_t i = 0; in.has_ending(".md") && in.path != "CHANGELOG.md" && i < in.lines.size(); ++i) {
        const auto& line = in.lines[i];
        code = line.starts_with("```") ? !code : code;
        if (!code && !line.starts_with('|') && line.contains(' ') && columns(line) > prose_columns_max)
            add(to, in, i + 1, "the line is longer than " + std::to_string(prose_columns_max) + " columns");
    }
}

// names and words

void check_name(const source& in, findings& to)
{
    static const std::regex snake_case("[a-z0-9]+(_[a-z0-9]+)*");
    static const std::set<std::string> empty_names{"util",   "utils",   "helper", "helpers",
                                                   "common", "manager", "misc",   "impl"};
    static const std::set<std::string> terms_of_the_field{"process_manager"};
    if (!in.is_cpp() && !in.has_ending(".sql")) return;
    const auto stem = in.stem();
    if (!std::regex_match(stem, snake_case)) add(to, in, 1, "a file's name is written in snake_case");
    if (terms_of_the_field.contains(stem)) return;
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
        "addressed_request|(\\w+_)?holes?(_\\w+)?)\\b",
        std::regex::icase);
    if (may_name_them.contains(in.path)) return;
    for (std::size_t i = 0; i < in.lines.size(); ++i)
        if (std::smatch found; std::regex_search(in.lines[i], found, retired))
            add(to, in, i + 1, found.str() + " is not used any more: see docs/reference/glossary.md");
}

void check_first_lines(const source& in, findings& to)
{
    const bool script = in.has_ending(".sh") || (!in.lines.empty() && in.lines[0].starts_with("#!"));
    const bool migration = in.has_ending(".sql") && is_in(in.path, "annals/migrations");
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
    for (const auto rule : {check_includes, check_lengths, check_widths, check_prose, check_name, check_words,
                            check_retired_words, check_first_lines})
        rule(in, all);
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
                    if (header.starts_with(technology) && is_below(file.path, folder)) used.emplace(folder, technology);
        }
    for (const auto& file : all)
        if (file.has_ending(".hpp") && !included.contains(file.path) && !is_in(file.path, "tests/compile_fail")
            && !is_of_a_user(file.path) && !is_public(file))
            add(to, file, 1, "nothing includes this header");
    check_public_headers(all, to);
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
                                         "#include <annals/eventstore/store.hpp>"};
    CHECK(check({"annals/commands/handle.hpp", lines}).empty());
}

TEST_CASE("a folder includes only folders below it")
{
    CHECK(is_found("annals/eventstore/store.hpp", {"#include <annals/commands/handle.hpp>"},
                   "eventstore/ may not include commands/"));
    CHECK(is_found("annals/eventstore/store.hpp", {"#include <annals/eventstore/memory/memory_store.hpp>"},
                   "may not include eventstore/memory/"));
    CHECK(is_found("annals/kafka/publisher.cpp", {"#include <annals/eventstore/postgres/append/append_session.hpp>"},
                   "may not include eventstore/postgres/"));
    CHECK(is_found("annals/leases/member.hpp", {"#include <annals/processors/processor.hpp>"},
                   "leases/ may not include processors/"));
    CHECK(is_found("annals/commands/handle.cpp", {"#include <annals/processors/feed.hpp>"},
                   "commands/ may not include processors/"));
    CHECK(is_found("annals/queries/ask.cpp", {"#include <annals/cli/session.hpp>"}, "queries/ may not include cli/"));
    CHECK_FALSE(is_found("annals/cli/verbs/work.cpp", {"#include <annals/queries/ask.hpp>"}, "may not include"));
    CHECK(
        is_found("annals/cli/session.cpp", {"#include \"session.hpp\""}, "write #include <annals/folder/session.hpp>"));
    CHECK(
        is_found("annals/cli/session.cpp", {"#include <queries/ask.hpp>"}, "write #include <annals/queries/ask.hpp>"));
}

TEST_CASE("a header that nothing includes is found, and a permission that is not used")
{
    const std::vector<source> files{{"annals/queries/ask.hpp", {}},
                                    {"annals/queries/ask.cpp", {"#include <annals/projections/header.hpp>"}}};
    const auto all = check_all(files);
    const auto says = [&](const std::string& what) { return std::ranges::find(all, what) != all.end(); };
    CHECK(says("annals/queries/ask.hpp:1: nothing includes this header"));
    CHECK(says("tests/tidy.cpp: queries/ does not include processors"));
    CHECK_FALSE(says("tests/tidy.cpp: queries/ does not include projections"));
    CHECK(says("tests/tidy.cpp: libpq/ does not include libpq-fe.h"));
}

TEST_CASE("a public header is on the page of headers")
{
    const std::string licence = "// SPDX-License-Identifier: Apache-2.0";
    const std::string mark = "// Public (docs/reference/headers.md).";
    const std::vector<source> files{{"docs/reference/headers.md", {"| asking | `annals/queries/ask.hpp` |"}},
                                    {"annals/queries/ask.hpp", {licence, "#pragma once", ""}},
                                    {"annals/queries/find.hpp", {licence, "#pragma once", mark}}};
    findings all;
    check_public_headers(files, all);
    REQUIRE(all.size() == 2);
    CHECK(all[0].starts_with("annals/queries/ask.hpp:3: docs/reference/headers.md lists it"));
    CHECK(all[1].starts_with("annals/queries/find.hpp:3: this public header is not in"));
}

TEST_CASE("a technology stays in its folder")
{
    CHECK(is_found("annals/processors/worker.cpp", {"#include <librdkafka/rdkafka.h>"}, "stays in kafka/"));
    CHECK(is_found("annals/app/failure.cpp", {"#include <libpq-fe.h>"}, "stays in libpq/"));
    CHECK(is_found("annals/commands/handle.hpp", {"#include <pqxx/pqxx>"}, "stays in"));
    CHECK(is_found("annals/eventstore/store.cpp", {"#include <pqxx/pqxx>"}, "stays in"));
    CHECK(is_found("annals/processors/worker.cpp", {"#include <CLI/CLI.hpp>"}, "stays in cli/"));
    CHECK(is_found("annals/eventstore/store.cpp", {"#include <doctest/doctest.h>"}, "stays in tests/"));
}

TEST_CASE("files, functions and lines are short")
{
    CHECK(is_found("annals/eventstore/a.hpp", std::vector<std::string>(121), "longer than 120 lines"));
    CHECK(is_found("annals/eventstore/a.cpp", std::vector<std::string>(401), "longer than 400 lines"));
    CHECK(is_found("annals/migrations/0001_a.sql", std::vector<std::string>(401), "longer than 400 lines"));
    CHECK(is_found("annals/eventstore/a.cpp", {std::string(121, 'x')}, "longer than 120 columns"));
    std::vector<std::string> function(41, "    step();");
    function.insert(function.begin(), {"void run()", "{"});
    function.emplace_back("}");
    CHECK(is_found("annals/eventstore/a.cpp", function,
                   "annals/eventstore/a.cpp:2: the function is longer than 40 lines"));
    CHECK_FALSE(is_found("annals/eventstore/contract/a.cpp", function, "the function is longer"));
    CHECK(is_found("docs/a.md", {"a " + std::string(99, 'x')}, "docs/a.md:1: the line is longer than 100 columns"));
    CHECK_FALSE(is_found("docs/a.md", {"```", "a " + std::string(99, 'x'), "```"}, "longer"));
    for (const std::string begin : {"| ", ""})
        CHECK_FALSE(is_found("docs/a.md", {begin + std::string(101, 'x')}, "longer"));
}

TEST_CASE("names say something, and nothing is left open")
{
    CHECK(is_found("annals/eventstore/Store.hpp", {}, "snake_case"));
    CHECK(is_found("annals/eventstore/utils.hpp", {}, "named after the one idea in it"));
    CHECK(is_found("annals/eventstore/lease_manager.hpp", {}, "named after the one idea in it"));
    CHECK(is_found("README.md",
                   {"TO"
                    "DO: write"},
                   "README.md:1: do it, or open an issue"));
    CHECK(is_found("README.md",
                   {"see /ho"
                    "me/ada/annals"},
                   "a path of one machine"));
    CHECK(is_found("annals/eventstore/a.cpp",
                   {"// ----"
                    "----"},
                   "a banner"));
    CHECK(is_found("annals/eventstore/a.cpp", {"int a; "}, "a blank at the end"));
}

TEST_CASE("a retired word is refused, except where it is explained")
{
    CHECK(is_found("annals/eventstore/a.hpp", {"/// Whoever takes it."},
                   "annals/eventstore/a.hpp:1: Whoever is not used any more"));
    CHECK_FALSE(is_found("docs/reference/glossary.md", {"| lane | append session |"}, "not used any more"));
    CHECK(is_found("annals/eventstore/a.cpp", {"read_hole(from);"}, "read_hole is not used any more"));
    CHECK_FALSE(is_found("README.md", {"planes, amends, whole, loopholes"}, "not used any more"));
}

TEST_CASE("first lines are what they should be")
{
    CHECK(is_found("annals/eventstore/a.cpp", {"#include <string>"}, "a.cpp:1: begin with: SPDX"));
    CHECK(is_found("dev", {"#!/usr/bin/env bash", "set -e"}, "dev:1: begin with: SPDX"));
    CHECK(is_found("annals/eventstore/a.hpp", {"// SPDX-License-Identifier: Apache-2.0", "#include <string>"},
                   "#pragma once"));
}
