// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/options.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

namespace annals::fault_runs {
namespace {

auto read(std::vector<std::string> words) -> options
{
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    return read_options(pointers);
}

TEST_CASE("the command line says how long, and with which seed")
{
    const auto given = read({"--minutes", "0.5", "--seed", "4711", "--json"});
    CHECK(given.minutes == 0.5);
    CHECK(given.seed == 4711);
    CHECK(given.as_json);
    CHECK_FALSE(given.plants);
    CHECK(read({"--planted", "key omitted"}).planted == "key omitted");
    CHECK(read({"--planted", "--seed", "1"}).planted.empty());
}

TEST_CASE("a wrong command line is refused, and says what is wrong")
{
    CHECK_THROWS_WITH_AS(read({"--minute", "3"}), "there is no option \"--minute\"", std::invalid_argument);
    CHECK_THROWS_WITH_AS(read({"--minutes"}), "--minutes needs a value", std::invalid_argument);
    CHECK_THROWS_WITH_AS(read({"--minutes", "ten"}), "--minutes needs a number, not \"ten\"", std::invalid_argument);
    CHECK_THROWS_WITH_AS(read({"--minutes", "0"}), "--minutes needs more than 0", std::invalid_argument);
    CHECK_THROWS_WITH_AS(read({"--seed", "-1"}), "--seed needs a number, not \"-1\"", std::invalid_argument);
    CHECK_THROWS_WITH_AS(read({"--planted", "nothing"}), "there is no planted mistake \"nothing\"",
                         std::invalid_argument);
}

TEST_CASE("the help names every planted mistake")
{
    const auto text = help_text();
    for (const auto* name : {"no fencing", "rebuild that swaps while behind"})
        CHECK(text.find(name) != std::string::npos);
}

}  // namespace
}  // namespace annals::fault_runs
