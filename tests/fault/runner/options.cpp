// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/options.hpp>

#include <tests/fault/runner/planted_bug.hpp>

#include <charconv>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string_view>

namespace annals::fault_runs {
namespace {

template <class Number>
auto number_in(std::string_view text, const char* of) -> Number
{
    Number number{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
        throw std::invalid_argument(std::string(of) + " needs a number, not \"" + std::string(text) + "\"");
    return number;
}

auto seed_of_environment() -> std::uint64_t
{
    const auto* const given = std::getenv("ANNALS_SEED");
    if (given != nullptr && *given != '\0') return number_in<std::uint64_t>(given, "ANNALS_SEED");
    return std::random_device{}();
}

}  // namespace

auto read_options(std::span<char* const> words) -> options
{
    options read;
    bool has_seed = false;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string_view word = words[at];
        const auto value = [&]() -> std::string_view {
            if (++at == words.size()) throw std::invalid_argument(std::string(word) + " needs a value");
            return words[at];
        };
        if (word == "--minutes") read.minutes = number_in<double>(value(), "--minutes");
        else if (word == "--seed") {
            read.seed = number_in<std::uint64_t>(value(), "--seed");
            has_seed = true;
        } else if (word == "--json") read.as_json = true;
        else if (word == "--help" || word == "-h") read.wants_help = true;
        else if (word == "--planted") {
            read.plants = true;
            if (at + 1 < words.size() && words[at + 1][0] != '-') read.planted = words[++at];
        } else throw std::invalid_argument("there is no option \"" + std::string(word) + "\"");
    }
    if (!(read.minutes > 0 && read.minutes <= 10'000)) throw std::invalid_argument("--minutes needs more than 0");
    if (!read.planted.empty()) find_planted_bug(read.planted);
    if (!has_seed) read.seed = seed_of_environment();
    return read;
}

auto help_text() -> std::string
{
    std::string text = R"(./dev fault: break a whole system at random while it works, and check what it has kept
Usage: ./dev fault [--minutes N] [--seed S] [--json]
       ./dev fault --planted [NAME] [--seed S]

  --minutes N        how long faults go on; the last episode is finished (10)
  --seed S           the schedule's random numbers; otherwise ANNALS_SEED, or new ones. It is printed
  --json             the counts as one JSON object, and no progress
  --planted [NAME]   plant mistakes in the system, one after the other, and expect that each is found

Starts a PostgreSQL and a Kafka of its own, appenders, publishers, workers and a program with a
view and a table. In each episode they and their connections are broken while events flow. Then all
is healed, and the log, the topic and every read model are checked by code that shares nothing with
annals. docs/reference/fault-runs.md lists faults and checks.

Exit codes: 0 nothing was found, 3 a violation (or a planted mistake that was not found), 2 wrong
usage, 1 the run could not go on.

Planted mistakes:
)";
    for (const auto& bug : planted_bugs()) text += "  " + bug.name + "\n";
    return text;
}

}  // namespace annals::fault_runs
