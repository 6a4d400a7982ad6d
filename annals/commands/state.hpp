// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace annals::commands {

/// An aggregate's state, without its type.
class state {
public:
    virtual ~state() = default;

    virtual auto copy() const -> std::unique_ptr<state> = 0;
    /// Throws `mismatch` for an event that does not fit, and for one that the aggregate neither names as its event
    /// nor ignores (`ignored_types.hpp`).
    virtual void evolve(const eventstore::recorded_event&) = 0;
    /// The memory that it takes, as far as this is known (see `state_size.hpp`).
    virtual auto size_bytes() const -> std::size_t = 0;
    /// Its fields as JSON; nothing when they are not described.
    virtual auto to_json() const -> std::optional<std::string> = 0;
};

/// A state, and the event that it ends with.
struct versioned_state {
    std::shared_ptr<const state> value;  ///< shared, so never changed in place
    eventstore::stream_version version;
    eventstore::uuid last_event;  ///< nil at version 0
    eventstore::log_position position;  ///< of the last event
    int partition = 0;
    eventstore::stream_version snapshot;  ///< the newest snapshot, as far as is known
    bool is_behind = false;  ///< the log has probably more: others write to the stream, too
};

/// An aggregate's type, for code that does not know it.
struct aggregate_type {
    std::string name;  ///< the struct's, without its namespace
    std::string category;
    std::string state_schema;  ///< the key of its snapshots; empty: it has none
    std::unique_ptr<state> (*begin)();  ///< the state before the first event
    std::unique_ptr<state> (*restore)(std::string_view json);  ///< from a snapshot; throws `mismatch`
    bool (*is_free)(const state&);  ///< whether it can be claimed again; null: never
    bool sees_records;  ///< its states depend on what only the log knows, such as the times of events
};

}  // namespace annals::commands
