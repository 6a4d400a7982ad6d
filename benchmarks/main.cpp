// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/command_line.hpp>
#include <benchmarks/undo.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

using namespace annals::benchmarks;

namespace {

using enum option_of::kind;

constexpr option_of repetitions{"--repetitions", "whose median is shown (3)", number, 1};
constexpr option_of seconds_each{"--seconds", "of each workload and repetition (2)", number, 0.01};

constexpr std::array append_options{seconds_each, repetitions,
                                    option_of{"--only", "the workload whose name ends with TEXT: annals/16/1", text}};
constexpr std::array size_options{option_of{"--events", "in the large log (10000000)", number, 1},
                                  option_of{"--seconds", "of each repetition (2); 0 only fills the logs"},
                                  option_of{"--warm", "seconds before the first repetition (10)"}, repetitions,
                                  option_of{"--keep", "leave the databases for the next run", flag}};
constexpr std::array catching_up_options{option_of{"--events", "to catch up with (100000)", number, 100}, repetitions,
                                         option_of{"--only", "projections whose name holds TEXT", text}};
constexpr std::array contention_options{option_of{"--seconds", "of each workload and repetition (1)", number, 0.01},
                                        repetitions};
constexpr std::array end_to_end_options{
    option_of{"--rate", "events a second while latency is measured (1000)", number, 1},
    option_of{"--seconds", "for which latency is measured (10)", number, 1},
    option_of{"--events", "to catch up with (200000)", number, 1},
    repetitions,
    option_of{"--rates", "the curve: at 10 events a second, and more, up to half of what is sustained", flag},
    option_of{"--only", "the way whose name holds TEXT: Kafka or log", text}};
constexpr std::array one_order_options{
    option_of{"--rate", "events a second, besides 200, while latency is measured (1000)", number, 1},
    option_of{"--seconds", "for which latency is measured (5)", number, 1},
    option_of{"--events", "to catch up with (100000)", number, 1}, repetitions};
constexpr std::array loading_options{option_of{"--seconds", "of each length and repetition (0.4)", number, 0.01},
                                     option_of{"--repetitions", "whose median is shown (5)", number, 1}};
constexpr option_of quick{"--quick", "a short run", flag};
constexpr option_of events_read{"--events", "in the category that is read (1000000)", number, 100};
constexpr std::array reading_options{quick, events_read, repetitions};
constexpr std::array saga_timers_options{
    option_of{"--pending", "sagas that wait (100000)", number, 1},
    option_of{"--due", "of them that are soon due (60000)", number, 1},
    option_of{"--timeout", "seconds until they are due; all must be started by then (120)", number, 1}};
constexpr std::array sagas_options{option_of{"--seconds", "of each workload and repetition (5)", number, 1},
                                   repetitions};
constexpr std::array waiting_options{option_of{"--seconds", "of each measurement (5)", number, 1}, repetitions,
                                     option_of{"--readers", "at most this many (256)", number, 1}};
constexpr std::array peers_options{
    quick, seconds_each, events_read, repetitions,
    option_of{"--only", "workloads whose name (what/callers/events) holds TEXT: append/16/1", text}};

constexpr std::array all{
    benchmark{"append", "appends a second, against a bare INSERT and COPY", append, append_options},
    benchmark{"append_at_size", "appends to a log of 10 million events and to one of 100 thousand", append_at_size,
              size_options},
    benchmark{"catching_up", "projections that read a log from its beginning, next to loops by hand", catching_up,
              catching_up_options},
    benchmark{"contention", "commands of many callers on one stream", contention, contention_options},
    benchmark{"end_to_end", "from an append to a visible row, through Kafka", end_to_end, end_to_end_options},
    benchmark{"loading", "an aggregate's state from events, snapshot and cache", loading, loading_options},
    benchmark{"one_order", "rows that see many logs in one order, against no order among them", one_order,
              one_order_options},
    benchmark{"reading", "a category of a million events, read", reading, reading_options},
    benchmark{"saga_timers", "how late the time-outs of many sagas are noticed", saga_timers, saga_timers_options},
    benchmark{"sagas", "sagas of three steps, from their start to the row that says completed", sagas_completed,
              sagas_options},
    benchmark{"waiting", "readers that wait for a read model, next to a worker", waiting, waiting_options},
    benchmark{"peers", "the same next to message-db and eventsourcing", peers, peers_options},
};

auto is_help(std::string_view word) -> bool { return word == "--help" || word == "-h"; }

void run(const benchmark& called, std::span<char*> arguments)
{
    if (std::ranges::any_of(arguments, is_help)) return void(std::fputs(help_of(called).c_str(), stdout));
    check(called, arguments);
    undo_on_signals();
    called.run(arguments);
}

}  // namespace

auto main(int argc, char** argv) -> int
try {
    const std::span words(argv + 1, static_cast<std::size_t>(argc - 1));
    if (words.empty() || is_help(words.front())) return std::fputs(help_of(all).c_str(), stdout) < 0 ? 1 : 0;
    const auto called = std::ranges::find(all, words.front(), &benchmark::name);
    if (called == all.end())
        throw wrong_usage("there is no benchmark \"" + std::string(words.front()) + "\"; ./dev bench lists them");
    run(*called, words.subspan(1));
    return 0;
} catch (const wrong_usage& problem) {
    std::fprintf(stderr, "annals_bench: %s\n", problem.what());
    return 2;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "annals_bench: %s\n", problem.what());
    return 1;
}
