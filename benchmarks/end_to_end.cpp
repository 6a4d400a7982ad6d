// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/benchmark.hpp>
#include <benchmarks/course.hpp>

#include <string>
#include <utility>
#include <vector>

namespace annals::benchmarks {
namespace {

/// From single events to half of what is sustained.
void add_curve(std::vector<row>& rows, const std::string& name, way by, double sustained, double for_s, int repetitions)
{
    for (const double rate : {10., 30., 100., 200., 500., 1000., 2000., 5000., 10'000., 20'000.}) {
        if (rate > sustained / 2) break;
        std::vector<sample> given;
        for (int i = 0; i < repetitions; ++i) given.push_back(at_rate({.by = by}, rate, for_s));
        rows.push_back(medians("append -> row visible, " + name, {}, 1, given));
    }
}

}  // namespace

void end_to_end(std::span<char*> arguments)
{
    const auto rate = option(arguments, "--rate", 1000);
    const auto for_s = option(arguments, "--seconds", 10);
    const auto events = static_cast<int>(option(arguments, "--events", 200'000));
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 3));
    const auto only = text_option(arguments, "--only");

    std::vector<row> rows;
    for (const auto& [by, name] :
         {std::pair{way::through_kafka, "through Kafka"}, std::pair{way::from_the_log, "from the log"}}) {
        if (std::string_view(name).find(only) == std::string_view::npos) continue;
        std::vector<sample> given, most;
        for (int i = 0; i < repetitions; ++i) {
            if (!has(arguments, "--rates")) given.push_back(at_rate({.by = by}, rate, for_s));
            most.push_back(at_most({.by = by}, events));
        }
        if (!given.empty()) rows.push_back(medians(std::string("append -> row visible, ") + name, {}, 1, given));
        rows.push_back(medians(std::string("sustained, ") + name, {}, 1, most));
        if (has(arguments, "--rates")) add_curve(rows, name, by, *rows.back().events_per_s, for_s, repetitions);
    }
    print("end_to_end", rows);
}

}  // namespace annals::benchmarks
