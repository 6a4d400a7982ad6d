// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/state.hpp>
#include <annals/eventstore/store.hpp>

#include <chrono>

namespace annals::commands {

class aggregate_cache;
class snapshot_writer;

/// Finds an aggregate's state: from the cache, from a snapshot and the events after it, or from the first event. For
/// one call of one thread.
class state_loader {
public:
    /// The cache and the snapshots may be null. Throws `invalid_request` for the cache of another store.
    state_loader(eventstore::store&, const eventstore::stream_id&, const aggregate_type&, aggregate_cache*,
                 snapshot_writer*);

    /// The cached state as it is, not compared with the log, unless it is probably behind. Otherwise the state from the
    /// log.
    auto begin() -> versioned_state;
    /// Whether the state of `begin` or `read_on` was compared with the log.
    auto is_verified() const -> bool { return is_verified_; }
    /// It was, but that is too long ago.
    void doubt() { is_verified_ = false; }

    /// Compares the state with the log and brings it to the end of the stream. If the log has another event at the
    /// state's version (it was restored), drops the state and reads everything.
    void read_on(versioned_state&);

    /// The state before the first event, without looking at the log.
    auto first() const -> versioned_state;

    /// Offers a state to the cache and for a snapshot; it must be committed. Failures are logged, since the command
    /// is done.
    void keep(versioned_state) const noexcept;

private:
    auto start_again() -> versioned_state;

    eventstore::store& store_;
    const eventstore::stream_id& stream_;
    const aggregate_type& type_;
    aggregate_cache* cache_;
    snapshot_writer* snapshots_;
    bool is_verified_ = false;
    std::chrono::microseconds fold_time_{};
};

}  // namespace annals::commands
