// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/command_line.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace annals::benchmarks;

namespace {

constexpr std::array options{option_of{"--seconds", "of each repetition (2)", option_of::kind::number, 1},
                             option_of{"--only", "workloads", option_of::kind::text},
                             option_of{"--keep", "the databases", option_of::kind::flag}};
constexpr benchmark jumps{"jumps", "how high", nullptr, options};

/// The words of a command line, as `main` gets them.
struct words {
    explicit words(std::vector<std::string> each) : each_(std::move(each))
    {
        for (auto& word : each_) pointers_.push_back(word.data());
    }
    operator std::span<char*>() { return pointers_; }

private:
    std::vector<std::string> each_;
    std::vector<char*> pointers_;
};

auto refusal_of(words line) -> std::string
{
    try {
        check(jumps, line);
    } catch (const wrong_usage& problem) {
        return problem.what();
    }
    return "taken";
}

}  // namespace

TEST_CASE("a benchmark gets the options that it takes")
{
    words line({"--seconds", "2.5", "--only", "append/16", "--keep"});

    CHECK_NOTHROW(check(jumps, line));

    CHECK(option(line, "--seconds", 1) == 2.5);
    CHECK(option(line, "--rate", 7) == 7);
    CHECK(text_option(line, "--only") == "append/16");
    CHECK(has(line, "--keep"));
}

TEST_CASE("options that a benchmark does not take are refused, not ignored")
{
    CHECK(refusal_of(words({"--second", "2"})) == "jumps: does not take \"--second\"; see: ./dev bench jumps --help");
    CHECK(refusal_of(words({"fast"})) == "jumps: does not take \"fast\"; see: ./dev bench jumps --help");
    CHECK(refusal_of(words({"--keep", "--seconds"})) == "jumps: --seconds lacks its value: --seconds NUMBER");
    for (const std::string value : {"x", "", "2s", "inf", "nan", "-1", "0.5"})
        CHECK(refusal_of(words({"--seconds", value}))
              == "jumps: --seconds is a number from 1 on, not \"" + value + "\"");
}

TEST_CASE("a workload that no benchmark has is refused with the names of those that there are")
{
    const std::vector<std::string> names{"append/1/1", "append/16/1"};
    CHECK(no_workload("nothing", names).what()
          == std::string("no workload is called \"nothing\"; these are there:\n  append/1/1\n  append/16/1"));
}

TEST_CASE("the help of a benchmark names each option")
{
    const auto page = help_of(jumps);

    CHECK(page.starts_with("./dev bench jumps [OPTIONS]: how high\n"));
    for (const auto* said : {"--seconds NUMBER  ", "--only TEXT  ", "--keep  "}) CHECK(page.find(said) != page.npos);
}
