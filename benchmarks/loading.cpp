// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/load.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/commands/state_loader.hpp>
#include <annals/commands/typed_state.hpp>
#include <annals/eventstore/postgres/postgres_snapshots.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <benchmarks/benchmark.hpp>
#include <benchmarks/callers.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/report.hpp>
#include <benchmarks/scratch_database.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace annals::benchmarks {
namespace {

using namespace eventstore;

struct sample_created {
    std::string sample_id, barcode, sample_type, patient_id, submitter_id, lab_id, priority, note;
};
ANNALS_EVENT(sample_created, "sample.created", sample_id, barcode, sample_type, patient_id, submitter_id, lab_id,
             priority, note)

struct history {
    static constexpr auto category = "sample";
    static constexpr int state_version = 1;
    using event = std::variant<sample_created>;
    void evolve(const sample_created& fact) { ++events, last = fact.sample_id; }

    std::int64_t events = 0;
    std::string last;
};
ANNALS_FIELDS(history, events, last)

const commands::aggregate_type& type = commands::aggregate_type_of<history>();

/// Streams of one length, whose snapshots are a given number of events old.
struct streams {
    int length, count;
    int events_behind = 0;

    auto stream(std::uint64_t number) const -> stream_id
    {
        return {"sample", "S-" + std::to_string(length) + "-" + std::to_string(events_behind) + "-"
                              + std::to_string(number % static_cast<std::uint64_t>(count))};
    }
};

constexpr streams tens{10, 1000}, hundreds{100, 1000}, thousands{1000, 50}, ten_thousands{10'000, 10};
constexpr streams thousands_behind{1000, 50, 250}, ten_thousands_behind{10'000, 10, 250};

/// The sources of states: the log, snapshots, the cache.
struct places {
    explicit places(const std::string& dsn)
        : log(postgres::open_store({.dsn = dsn})), kept(postgres::open_snapshots(dsn)), cache(*log), snapshots(*kept)
    {
        log->ensure_category({"sample", 8});
        for (const auto& all : {tens, hundreds, thousands, thousands_behind, ten_thousands, ten_thousands_behind})
            for (int i = 0; i < all.count; ++i) fill(all, all.stream(static_cast<std::uint64_t>(i)));
    }

    std::unique_ptr<store> log;
    std::unique_ptr<eventstore::snapshots> kept;
    commands::aggregate_cache cache;
    commands::snapshot_writer snapshots;

private:
    void fill(const streams& of, const stream_id& stream)
    {
        for (int written = 0; written < of.length;) {
            stream_append part{stream, expected_version::exactly({written}), {}};
            for (int i = 0; i < std::min(of.length, 500); ++i) part.events.push_back(event(++written));
            if (!log->append({.streams = {std::move(part)}})) throw std::runtime_error("the streams are not new");
        }
        commands::state_loader loader(*log, stream, type, &cache, nullptr);
        loader.keep(loader.begin());
        const auto at = commands::state_at(*log, stream, type, stream_version{of.length - of.events_behind});
        kept->keep({stream, type.state_schema, at.version, at.last_event, at.value->to_json().value()});
    }
};

/// One way to get the state of a stream.
using load = auto (*)(places&, const stream_id&) -> commands::versioned_state;

auto from_events(places& in, const stream_id& stream) -> commands::versioned_state
{
    return commands::state_loader(*in.log, stream, type, nullptr, nullptr).begin();
}

auto from_snapshot(places& in, const stream_id& stream) -> commands::versioned_state
{
    return commands::state_loader(*in.log, stream, type, nullptr, &in.snapshots).begin();
}

auto from_cache(places& in, const stream_id& stream) -> commands::versioned_state
{
    return commands::state_loader(*in.log, stream, type, &in.cache, nullptr).begin();
}

auto from_cache_compared(places& in, const stream_id& stream) -> commands::versioned_state
{
    commands::state_loader loader(*in.log, stream, type, &in.cache, nullptr);
    auto state = loader.begin();
    loader.read_on(state);
    return state;
}

struct workload {
    const char* what;
    streams of;
    int callers;
    load way;
    std::vector<sample> samples = {};
};

auto workloads() -> std::vector<workload>
{
    std::vector<workload> all;
    for (const auto& of : {tens, hundreds, thousands, ten_thousands}) {
        all.push_back({"its events", of, 1, from_events});
        all.push_back({"a snapshot of its end", of, 1, from_snapshot});
        all.push_back({"the cache, compared with the log", of, 1, from_cache_compared});
        all.push_back({"the cache", of, 1, from_cache});
    }
    all.push_back({"a snapshot, 250 events behind", thousands_behind, 1, from_snapshot});
    all.push_back({"a snapshot, 250 events behind", ten_thousands_behind, 1, from_snapshot});
    all.push_back({"its events", hundreds, 16, from_events});
    all.push_back({"the cache", hundreds, 16, from_cache});
    std::ranges::stable_sort(all, {}, [](const workload& each) { return std::pair(each.of.length, each.callers); });
    return all;
}

/// Loads streams one after the other; each caller begins with another one.
auto run(places& in, const workload& one, seconds for_s) -> sample
{
    return run_callers(one.callers, for_s, [&](int caller) -> one_call {
        return [&, number = static_cast<std::uint64_t>(caller) * 61]() mutable {
            const auto state = one.way(in, one.of.stream(number++));
            if (state.version.number != one.of.length) throw std::runtime_error("a stream is not as it was written");
            return 1;
        };
    });
}

/// The median over all repetitions of this workload's rate divided by that of reading the same streams' events.
auto gain(const workload& one, const std::vector<workload>& all) -> double
{
    const auto by = std::ranges::find_if(all, [&](const workload& each) {
        return each.way == from_events && each.of.length == one.of.length && each.callers == one.callers;
    });
    return ratio(one.samples, by->samples);
}

void print(std::vector<workload>& all)
{
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    std::printf("%-7s %-36s %8s %10s %21s %9s %9s %8s\n", "EVENTS", "A STATE FROM", "CALLERS", "STREAMS/S", "FROM-TO",
                "P50 MS", "P99 MS", "GAIN");
    for (auto& each : all) {
        const auto of_repetitions = rates(each.samples);     // one call loads one stream
        const auto [least, most] = std::ranges::minmax(of_repetitions);
        const auto rate = median(of_repetitions);
        std::vector<double> latencies;
        for (auto& one : each.samples)
            latencies.insert(latencies.end(), one.latencies_ms.begin(), one.latencies_ms.end());
        const auto p50 = percentile(latencies, 0.5), p99 = percentile(latencies, 0.99), gained = gain(each, all);
        std::printf("%-7d %-36s %8d %10.0f %10.0f-%-10.0f %9.4f %9.4f %8.1f\n", each.of.length, each.what, each.callers,
                    rate, least, most, p50, p99, gained);
        rows.push_back({{"what", "a state from " + std::string(each.what)},
                        {"callers", each.callers},
                        {"events_per_stream", each.of.length},
                        {"streams_per_s", std::round(rate)},
                        {"streams_per_s_min", std::round(least)},
                        {"streams_per_s_max", std::round(most)},
                        {"p50_ms", p50},
                        {"p99_ms", p99},
                        {"ratio_to", {{"its events", gained}}}});
    }
    std::printf("%s\n", nlohmann::ordered_json{{"benchmark", "loading"}, {"rows", rows}}.dump().c_str());
}

}  // namespace

void loading(std::span<char*> arguments)
{
    const seconds for_s{option(arguments, "--seconds", 0.4)};
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 5));
    const scratch_database database;
    places in(database.dsn());
    auto all = workloads();
    for (int repetition = 0; repetition < repetitions; ++repetition)
        for (auto& each : all) each.samples.push_back(run(in, each, for_s));
    print(all);
}

}  // namespace annals::benchmarks
