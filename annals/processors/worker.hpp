// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/store.hpp>
#include <annals/processors/feed.hpp>
#include <annals/processors/parking_limits.hpp>
#include <annals/processors/processor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace annals::processors {

using processor_list = std::vector<std::shared_ptr<processor>>;

struct worker_settings {
    std::string model_dsn = {};                  ///< the database of checkpoints and read models
    std::string process = "annals";              ///< the program's name, for people
    std::function<processor_list()> source = {}; ///< further processors; asked about once a second, may throw
    std::size_t connections_max = 8;  ///< to that database, shared by the processors; two more are its own
    parking_limits parking = {};                 ///< of each processor
};

/// Keeps processors up to date in this process, and divides their logs evenly with other processes that run a worker
/// with the same processors on the same database.
///
/// Each processor has its own thread, and takes one of `connections_max` connections while it has events: a failing one
/// delays only itself, and slow ones delay others only when as many are slow at the same time. What `processor::apply`
/// does in the transaction it is given takes effect exactly once, whatever fails and when. An event that cannot be
/// applied is parked: later events of its key wait behind it, and everything else continues. Any other failure is
/// retried, and shown in `annals.processor_failures` (see `processor_state.hpp`). All of this is logged
/// (`telemetry/log.hpp`).
class worker {
public:
    /// The store and the feed must outlive the worker.
    worker(worker_settings, eventstore::store&, feed&, processor_list = {});
    ~worker();

    /// Works until asked to stop, then finishes or rolls back the current batches, within ten seconds.
    /// Throws only what can never work (two different processors of one name and version).
    void run(std::stop_token);

private:
    class state;
    std::unique_ptr<state> state_;
};

}  // namespace annals::processors
