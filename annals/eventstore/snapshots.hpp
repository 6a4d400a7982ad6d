// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/uuid.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace annals::eventstore {

/// An aggregate's state at a version of its stream: saves reading the events before it.
struct snapshot {
    stream_id stream = {};
    std::string state_schema = {};           ///< of the state: a program that knows another one does not see it
    stream_version version = {};
    uuid last_event = {};  ///< the id of the event at that version; shows whether the log was replaced
    std::string state = {};  ///< JSON
};

/// Snapshots are a cache next to the log and never the truth: any may be missing, and any may be deleted at any time.
/// Thread-safe. Throws `unavailable` when a server cannot be reached.
class snapshots {
public:
    virtual ~snapshots() = default;

    /// The snapshot of this stream and schema; nothing when there is none.
    virtual auto find(const stream_id&, std::string_view state_schema) -> std::optional<snapshot> = 0;

    /// Keeps one snapshot per stream and schema: a newer one replaces an older one; an older one is ignored.
    virtual void keep(const snapshot&) = 0;
};

}  // namespace annals::eventstore
