// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/benchmark.hpp>
#include <benchmarks/undo.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <stdexcept>

using namespace annals::benchmarks;

namespace {

constexpr std::array all{
    benchmark{"append",
              "appends a second, against a bare INSERT and COPY  [--seconds 2] [--repetitions 3] [--only annals/16/1]",
              append},
    benchmark{"append_at_size",
              "appends to a log of 10 million events and to one of 100 thousand  [--events 10000000] [--keep]",
              append_at_size},
    benchmark{"end_to_end", "append -> row visible, through Kafka  [--rate 1000] [--seconds 10] [--events 200000]",
              end_to_end},
    benchmark{"loading", "an aggregate's state from events, snapshot and cache  [--seconds 0.4] [--repetitions 5]",
              loading},
    benchmark{"reading", "a category of a million events, read  [--events 1000000] [--repetitions 3]", reading},
    benchmark{"peers",
              "all of it beside message-db and eventsourcing  [--quick] [--seconds 2] [--events 1000000] [--only TEXT]",
              peers},
};

}  // namespace

auto annals::benchmarks::option(std::span<char*> arguments, std::string_view name, double otherwise) -> double
{
    for (std::size_t at = 0; at + 1 < arguments.size(); ++at)
        if (arguments[at] == name) return std::stod(arguments[at + 1]);
    return otherwise;
}

auto annals::benchmarks::text_option(std::span<char*> arguments, std::string_view name) -> std::string_view
{
    for (std::size_t at = 0; at + 1 < arguments.size(); ++at)
        if (arguments[at] == name) return arguments[at + 1];
    return {};
}

auto annals::benchmarks::has(std::span<char*> arguments, std::string_view name) -> bool
{
    return std::ranges::find(arguments, name, [](char* each) { return std::string_view(each); }) != arguments.end();
}

auto main(int argc, char** argv) -> int
try {
    for (const auto& each : all) {
        if (argc < 2 || each.name != argv[1]) continue;
        undo_on_signals();
        each.run({argv + 2, static_cast<std::size_t>(argc - 2)});
        return 0;
    }
    for (const auto& each : all)
        std::printf("  %-14.*s %s\n", static_cast<int>(each.name.size()), each.name.data(), each.says.data());
    return argc < 2 ? 0 : 2;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "annals_bench: %s\n", problem.what());
    return 1;
}
