// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/benchmark.hpp>
#include <benchmarks/command_line.hpp>
#include <benchmarks/peers/comparison.hpp>
#include <benchmarks/report.hpp>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace annals::benchmarks {
namespace {

struct plan {
    seconds for_s{2};                        // of each run that is not limited by its work
    int repetitions = 3;
    history loaded{"loaded", 1000};
    history read{"history", 10000};
    std::string_view only;                   // workloads whose name holds it
};

auto plan_of(std::span<char*> arguments) -> plan
{
    plan is;
    if (has(arguments, "--quick")) is = {.for_s = seconds{0.5}, .loaded = {"loaded", 200}, .read = {"history", 1000}};
    is.for_s = seconds{option(arguments, "--seconds", is.for_s.count())};
    is.repetitions = static_cast<int>(option(arguments, "--repetitions", is.repetitions));
    is.read.streams = static_cast<int>(option(arguments, "--events", static_cast<double>(is.read.events())))
                      / history::events_per_stream;
    is.only = text_option(arguments, "--only");
    return is;
}

auto append(int callers, int events, seconds for_s) -> workload
{
    return {"append", callers, events, [=](peer& to) { return to.append(callers, events, for_s); }};
}

auto load(const history& from, int callers, seconds for_s) -> workload
{
    return {"load a stream of 100", callers, {}, [=](peer& by) { return by.load(from, callers, for_s); }};
}

/// what/callers/events, as in `./dev bench append`.
auto name(const workload& one) -> std::string
{
    const auto number = [](const std::optional<int>& value) { return value ? "/" + std::to_string(*value) : ""; };
    return one.what + number(one.callers) + number(one.events_per_append);
}

auto workloads(const plan& is) -> std::vector<workload>
{
    std::vector<workload> all;
    for (const int callers : {1, 16, 64}) all.push_back(append(callers, 1, is.for_s));
    for (const int events : {10, 100})
        for (const int callers : {1, 16}) all.push_back(append(callers, events, is.for_s));
    all.push_back({"contend for one stream", 16, 1, [=](peer& by) { return by.contend(16, is.for_s); }});
    for (const int callers : {1, 16}) all.push_back(load(is.loaded, callers, is.for_s));
    all.push_back({"read a category", 1, {}, [=](peer& by) { return by.read(is.read); }});
    std::vector<std::string> names;
    for (const auto& one : all) names.push_back(name(one));
    std::erase_if(all, [&](const workload& one) { return name(one).find(is.only) == std::string::npos; });
    if (all.empty()) throw no_workload(is.only, names);
    return all;
}

auto needs(const std::vector<workload>& works, std::string_view verb) -> bool
{
    return std::ranges::any_of(works, [&](const workload& one) { return one.what.starts_with(verb); });
}

void fill(const std::vector<std::unique_ptr<peer>>& peers, const history& what)
{
    if (::isatty(STDERR_FILENO) != 0)
        std::fprintf(stderr, "\r\033[Kstoring %lld events in each", static_cast<long long>(what.events()));
    for (const auto& one : peers) one->fill(what);
}

void run(std::string_view name, const plan& is, const std::vector<std::unique_ptr<peer>>& peers)
{
    print_machine();
    const auto works = workloads(is);
    if (needs(works, "load")) fill(peers, is.loaded);
    if (needs(works, "read")) fill(peers, is.read);
    print(std::string(name), compare(peers, works, is.repetitions));
}

}  // namespace

void peers(std::span<char*> arguments) { run("peers", plan_of(arguments), all_peers()); }

void reading(std::span<char*> arguments)
{
    auto is = plan_of(arguments);
    is.only = "read";
    run("reading", is, peers_in_this_process());
}

}  // namespace annals::benchmarks
