// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/benchmark.hpp>
#include <benchmarks/course.hpp>

#include <utility>
#include <vector>

namespace annals::benchmarks {

void end_to_end(std::span<char*> arguments)
{
    const auto rate = option(arguments, "--rate", 1000);
    const auto for_s = option(arguments, "--seconds", 10);
    const auto events = static_cast<int>(option(arguments, "--events", 200'000));
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 3));

    std::vector<row> rows;
    for (const auto& [by, name] :
         {std::pair{way::through_kafka, "through Kafka"}, std::pair{way::from_the_log, "from the log"}}) {
        std::vector<sample> given, most;
        for (int i = 0; i < repetitions; ++i) {
            given.push_back(at_rate({.by = by}, rate, for_s));
            most.push_back(at_most({.by = by}, events));
        }
        rows.push_back(medians(std::string("append -> row visible, ") + name, {}, 1, given));
        rows.push_back(medians(std::string("sustained, ") + name, {}, 1, most));
    }
    print("end_to_end", rows);
}

}  // namespace annals::benchmarks
