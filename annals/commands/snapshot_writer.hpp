// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/state.hpp>
#include <annals/eventstore/snapshots.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace annals::commands {

/// When a snapshot of an aggregate is taken.
struct snapshot_policy {
    std::int64_t events = 100;               ///< after this many since the last one
    std::chrono::milliseconds fold_time{5};  ///< or when reading and folding them took this long,
    std::int64_t events_min = 50;            ///< but never before this many
    std::size_t queue_bytes_max = 16 << 20;  ///< of states that wait to be written
};

/// Takes snapshots of long streams, for aggregates that have described fields and a `state_version`; others get none.
///
///     const auto kept = eventstore::postgres::open_snapshots(dsn);
///     commands::snapshot_writer snapshots{*kept};
///     commands::handle<sample>(store, "S-1", validate_sample{"ada"}, {}, {.snapshots = &snapshots});
///
/// A thread of its own writes them after the commit, and only the last state of each aggregate. It drops what it
/// cannot keep up with, and logs failures. A command never waits for it and never fails because of it. Thread-safe.
/// The destructor writes what is in the queue.
class snapshot_writer {
public:
    explicit snapshot_writer(eventstore::snapshots&, snapshot_policy = {});
    ~snapshot_writer();

    /// The state of a snapshot, from which the stream is read on. Nothing when there is none that can be used.
    auto find(const aggregate_type&, const eventstore::stream_id&) -> std::optional<versioned_state>;

    /// Takes a snapshot if one is due; returns whether it did. `state` must be committed; `fold_time`: how long it
    /// took to read it, 0: it was not read.
    auto take_if_due(const aggregate_type&, const eventstore::stream_id&, const versioned_state&,
                     std::chrono::microseconds fold_time) -> bool;

    /// Waits until all snapshots that were taken are written or given up.
    void finish();

    struct figures {
        std::uint64_t found = 0, written = 0, dropped = 0, failed = 0;
    };
    auto count() const -> figures;

private:
    using subject = std::pair<eventstore::stream_id, const aggregate_type*>;
    struct waiting {
        versioned_state state;
        std::size_t bytes = 0;
    };
    using queue = std::map<subject, waiting>;

    auto add(subject, const versioned_state&) -> bool;
    auto take_next() -> queue::node_type;
    void work(std::stop_token);
    auto write(const subject&, const versioned_state&) -> bool;

    eventstore::snapshots& snapshots_;
    const snapshot_policy policy_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    queue queue_;
    std::size_t queue_bytes_ = 0;
    subject last_;                           // written last: its neighbour is next, so that each gets its turn
    bool is_writing_ = false;
    figures counted_;
    std::jthread thread_;
};

}  // namespace annals::commands
