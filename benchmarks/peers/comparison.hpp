// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/peers/peer.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace annals::benchmarks {

/// The work of each peer.
struct workload {
    std::string what;
    std::optional<int> callers, events_per_append;
    std::function<sample(peer&)> run;
};

/// The available peers, annals first. message-db and eventsourcing are where ANNALS_BENCH_MESSAGE_DB and
/// ANNALS_BENCH_EVENTSOURCING say, which `./dev bench` sets; a missing one is reported and left out.
auto all_peers() -> std::vector<std::unique_ptr<peer>>;

/// The same without eventsourcing, which runs in Python.
auto peers_in_this_process() -> std::vector<std::unique_ptr<peer>>;

/// Runs each workload on each peer, one after the other, repeatedly, beginning with another peer each time.
/// Returns a row for each pair that was measured; ratios are those of annals to the others in the same repetition.
auto compare(const std::vector<std::unique_ptr<peer>>&, const std::vector<workload>&, int repetitions)
    -> std::vector<row>;

/// The environment of the figures: server, relevant settings, processors.
void print_machine();

}  // namespace annals::benchmarks
