// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <annals/kafka/settings.hpp>
#include <tests/support/child.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace annals::tests {

/// The addresses of a flow's servers.
struct servers {
    std::string dsn;
    kafka::settings broker;
};

/// Events from an appender in the test through two `annals publish` and two `annals work` into projections that are
/// not idempotent. The test remembers what was acknowledged, without any code of annals.
class flow {
public:
    /// Needs a migrated database without the category `faults`. The topic is deleted at the end.
    flow(servers, std::uint64_t seed);
    ~flow();
    flow(const flow&) = delete;
    auto operator=(const flow&) -> flow& = delete;

    /// Appends this many events in a thread of its own, 1 to 20 together to one of 500 streams, with `pause` in
    /// between.
    /// An append that finds no server is repeated unchanged until it is answered.
    auto append(std::int64_t events, std::chrono::milliseconds pause) -> std::future<void>;

    /// Waits until the rows are what was acknowledged, two minutes at most; returns the first difference, or nothing.
    auto difference_in_rows() -> std::string;

    auto acknowledged() const -> std::int64_t { return acknowledged_; }
    auto processes() -> std::vector<std::unique_ptr<child>>& { return processes_; }

    /// Waits until everything has arrived, two minutes at most, then ends the processes. Returns the first error, or
    /// nothing when all is right: no process ended by itself; the log, the rows and the first occurrences in the
    /// topic are what was acknowledged; all processes end with success when asked.
    auto fault_found() -> std::string;

private:
    void append_one(std::int64_t events_max);
    auto dead_process() -> std::string;
    auto difference() -> std::string;

    const servers at_;
    std::unique_ptr<eventstore::store> log_;
    std::mt19937_64 random_;
    std::map<std::string, std::int64_t> versions_;  // of each stream, as acknowledged
    std::atomic<std::int64_t> acknowledged_ = 0;
    std::vector<std::unique_ptr<child>> processes_;
};

/// The seed of a test's random numbers: ANNALS_SEED, or a new one; printed, so that a failure can be repeated.
auto seed() -> std::uint64_t;

}  // namespace annals::tests
