// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <commands/state.hpp>
#include <eventstore/append.hpp>
#include <eventstore/store.hpp>

#include <chrono>
#include <vector>

namespace annals::commands {

class aggregate_cache;
class snapshot_writer;

/// One aggregate's way to its state: from the cache, or from a snapshot and what came after it, or from the first
/// event. For one call of one thread.
class state_loader {
public:
    /// Without a cache or snapshots (null) it does without them. Throws `invalid_request` for the cache of another
    /// store.
    state_loader(eventstore::store&, const eventstore::stream_id&, const aggregate_type&, aggregate_cache*,
                 snapshot_writer*);

    /// What is cached, as it is: not compared with the log, unless others were met when it was last used. Otherwise
    /// what the log has.
    auto begin() -> known_state;
    /// Whether the state of `begin` or `read_on` was compared with the log.
    auto is_verified() const -> bool { return is_verified_; }

    /// Compares the state with the log and brings it to the end of the stream. A state that ends with another event
    /// than the log has at its version is dropped (the log was restored), and all is read.
    void read_on(known_state&);

    /// Offers a state to the cache and as a snapshot; with the events that were appended with its version expected.
    /// What goes wrong is logged: the command is done.
    void keep(known_state) const noexcept;
    void keep(known_state, const std::vector<eventstore::new_event>&, const eventstore::written&) const noexcept;

private:
    auto first() const -> known_state;
    auto start_again() -> known_state;
    void add(known_state&, const std::vector<eventstore::new_event>&, const eventstore::written&) const;
    void offer(known_state&) const;

    eventstore::store& store_;
    const eventstore::stream_id& stream_;
    const aggregate_type& type_;
    aggregate_cache* cache_;
    snapshot_writer* snapshots_;
    bool is_verified_ = false;
    std::chrono::microseconds fold_time_{};
};

}  // namespace annals::commands
