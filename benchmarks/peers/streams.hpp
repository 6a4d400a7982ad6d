// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/peers/peer.hpp>
#include <benchmarks/streams_in_turn.hpp>

#include <chrono>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>

namespace annals::benchmarks {

/// The keys of a history's streams, at random, the same ones in each run.
class keys_at_random {
public:
    keys_at_random(const history& from, int seed) : number_(1, from.streams), random_(static_cast<unsigned>(seed)) {}

    auto next() -> std::string { return history::key(number_(random_)); }

private:
    std::uniform_int_distribution<int> number_;
    std::minstd_rand random_;
};

/// The result of a load: the number of events, all of the stream.
auto whole_stream(std::size_t events) -> int;

/// Measures a reader that is asked for page after page until one is empty; each call returns the number of events.
/// Throws unless these were all events of the history.
template <class NextPage>
auto read_to_the_end(const history& all, NextPage next_page) -> sample
{
    const auto begin = std::chrono::steady_clock::now();
    std::int64_t events = 0;
    while (const auto taken = static_cast<std::int64_t>(next_page())) events += taken;
    const seconds took = std::chrono::steady_clock::now() - begin;
    if (events != all.events())
        throw std::runtime_error("a reader found " + std::to_string(events) + " events of "
                                 + std::to_string(all.events()));
    return {.events_per_s = static_cast<double>(events) / took.count(), .latencies_ms = {}};
}

}  // namespace annals::benchmarks
