// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/benchmark.hpp>
#include <benchmarks/course.hpp>

#include <string>
#include <vector>

namespace annals::benchmarks {
namespace {

using namespace std::chrono_literals;

struct arrangement {
    std::string name;
    course of;
};

auto arrangements() -> std::vector<arrangement>
{
    return {{"1 log", {.logs = 1}},
            {"8 logs", {.logs = 8}},
            {"64 logs", {.logs = 64}},
            {"8 logs, 64 idle", {.logs = 8, .idle_logs = 64}},
            {"8 logs, 64 idle, one locked for 50 ms twice a second", {.logs = 8, .idle_logs = 64, .locked_for = 50ms}}};
}

/// What was measured of an arrangement in one order, or in none.
struct measured {
    std::vector<sample> slow, fast, most;
};

void add_rows(std::vector<row>& rows, const std::string& name, double rate, measured& of)
{
    auto slow = medians(name + ", 200/s", {}, {}, of.slow);
    auto fast = medians(name + ", " + std::to_string(static_cast<int>(rate)) + "/s", {}, {}, of.fast);
    rows.push_back(std::move(slow));
    rows.push_back(std::move(fast));
    if (!of.most.empty()) rows.push_back(medians(name + ", sustained", {}, {}, of.most));
}

}  // namespace

void one_order(std::span<char*> arguments)
{
    const auto rate = option(arguments, "--rate", 1000);
    const auto for_s = option(arguments, "--seconds", 5);
    const auto events = static_cast<int>(option(arguments, "--events", 100'000));
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 3));

    std::vector<row> rows;
    for (const auto& [name, of] : arrangements()) {
        measured by_order[2];
        for (int i = 0; i < repetitions; ++i)
            for (const bool in_one_order : {false, true}) {
                auto one = of;
                one.in_one_order = in_one_order;
                auto& all = by_order[in_one_order ? 1 : 0];
                all.slow.push_back(at_rate(one, 200, for_s));
                all.fast.push_back(at_rate(one, rate, for_s));
                if (of.locked_for == 0ms) all.most.push_back(at_most(one, events));
            }
        add_rows(rows, name + ", no order", rate, by_order[0]);
        add_rows(rows, name + ", one order", rate, by_order[1]);
    }
    print("one_order", rows);
}

}  // namespace annals::benchmarks
