// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <benchmarks/appends_in_turn.hpp>
#include <benchmarks/bare_table.hpp>
#include <benchmarks/benchmark.hpp>
#include <benchmarks/callers.hpp>
#include <benchmarks/command_line.hpp>
#include <benchmarks/in_flight.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/report.hpp>
#include <benchmarks/scratch_database.hpp>

#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <unistd.h>

namespace annals::benchmarks {
namespace {

using namespace eventstore;

/// All callers append to one stream, each expecting the version that it saw last; a conflict says the next one.
auto hot_stream(store& log, int callers, seconds for_s) -> sample
{
    const stream_id hot{"sample", random_key()};
    return run_callers(callers, for_s, [&](int) -> one_call {
        return [&log, hot, seen = stream_version{}, number = 0]() mutable {
            while (true) {
                const auto result =
                    log.append({.streams = {{hot, expected_version::exactly(seen), {event(++number)}}}});
                if (result) return seen = result->streams.front().last_version, 1;
                seen = std::get<conflict>(result.error()).failed.front().actual;
            }
        };
    });
}

/// A stream is used again only after a thousand other appends.
auto in_flight(store& log, int limit, int events, seconds for_s) -> sample
{
    appends_in_turn appends(events);
    return run_in_flight(log, limit, for_s, [&] { return appends.next(); });
}

struct workload {
    std::string what;
    int callers, events;
    std::function<sample(seconds)> run;
    std::string yardstick;  ///< the workload whose rate it is compared with, and how to call it
    std::string called;
    std::vector<sample> samples = {};
};

auto name(const std::string& what, int callers, int events) -> std::string
{
    return what + "/" + std::to_string(callers) + "/" + std::to_string(events);
}

auto workloads(store& log, bare_table& bare) -> std::vector<workload>
{
    std::vector<workload> all;
    for (const int callers : {1, 16, 64})
        all.push_back(
            {"bare INSERT", callers, 1, [&bare, callers](seconds s) { return bare.insert(callers, s); }, "", ""});
    for (const int callers : {1, 16})
        for (const int events : {10, 100})
            all.push_back({"COPY", callers, events,
                           [&bare, callers, events](seconds s) { return bare.copy(callers, events, s); }, "", ""});
    for (const int events : {1, 10, 100}) {
        for (const int callers : {1, 16, 64})
            all.push_back({"annals", callers, events,
                           [&log, callers, events](seconds s) { return run_appends_in_turn(log, callers, events, s); },
                           events == 1 ? name("bare INSERT", callers, 1) : name("COPY", std::min(callers, 16), events),
                           events == 1 ? "insert" : "copy"});
        all.push_back(
            {"annals, 64 in flight", 1, events, [&log, events](seconds s) { return in_flight(log, 64, events, s); },
             events == 1 ? name("bare INSERT", 64, 1) : name("COPY", 16, events), events == 1 ? "insert" : "copy"});
    }
    all.push_back({"annals, one hot stream", 16, 1, [&log](seconds s) { return hot_stream(log, 16, s); },
                   name("bare INSERT", 16, 1), "insert"});
    return all;
}

/// The workloads whose name (what/callers/events) ends with the text, and those they are compared with.
auto only(std::string_view text, std::vector<workload> all) -> std::vector<workload>
{
    const auto name_of = [](const workload& each) { return name(each.what, each.callers, each.events); };
    std::set<std::string> wanted;
    std::vector<std::string> names;
    for (const auto& each : all) {
        names.push_back(name_of(each));
        if (names.back().ends_with(text)) wanted.insert({names.back(), each.yardstick});
    }
    if (wanted.empty()) throw no_workload(text, names);
    std::erase_if(all, [&](const workload& each) { return !wanted.contains(name_of(each)); });
    return all;
}

auto summary(std::vector<workload>& all) -> std::vector<row>
{
    std::map<std::string, const workload*> by_name;
    for (const auto& each : all) by_name[name(each.what, each.callers, each.events)] = &each;
    std::vector<row> rows;
    for (auto& each : all) {
        rows.push_back(medians(each.what, each.callers, each.events, each.samples));
        if (!each.yardstick.empty())
            rows.back().ratio_to[each.called] = ratio(each.samples, by_name.at(each.yardstick)->samples);
    }
    return rows;
}

}  // namespace

void append(std::span<char*> arguments)
{
    const seconds for_s{option(arguments, "--seconds", 2)};
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 3));
    const scratch_database database;
    const auto log = postgres::open_store({.dsn = database.dsn()});
    log->ensure_category({"sample", 8});
    bare_table bare(database.dsn());

    auto all = only(text_option(arguments, "--only"), workloads(*log, bare));
    const bool shown = ::isatty(STDERR_FILENO);
    for (int repetition = 1; repetition <= repetitions; ++repetition)
        for (auto& each : all) {
            if (shown)
                std::fprintf(stderr, "\r%d/%d  %-24s %3d callers, %3d events an append ", repetition, repetitions,
                             each.what.c_str(), each.callers, each.events);
            each.samples.push_back(each.run(for_s));
        }
    if (shown) std::fprintf(stderr, "\r%-70s\r", "");
    print("append", summary(all));
}

}  // namespace annals::benchmarks
