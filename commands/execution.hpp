// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <commands/decision.hpp>
#include <commands/state.hpp>
#include <eventstore/store.hpp>

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace annals::commands {

class aggregate_cache;
class snapshot_writer;

/// A command that was carried out.
struct accepted {
    eventstore::stream_version version;  ///< of the aggregate's stream, afterwards
    std::vector<eventstore::uuid> events;  ///< the ids of what was recorded in that stream; none: nothing to do
    eventstore::token token;  ///< a read that waits for it sees the command's effect
    bool duplicate = false;                  ///< it was carried out before, under the same idempotency key
};

struct handle_options {
    /// How often to read and decide when others write to the stream at the same time.
    int attempts_max = 25;
    /// For callers that try again across processes: a command carried out under this key is not carried out again, and
    /// another one is refused (`codes::key_reused`). A refusal, and that there is nothing to do, are not remembered.
    std::optional<std::string> idempotency_key;
    /// What this process remembers of the aggregates: then a stream need not be read (`aggregate_cache.hpp`).
    aggregate_cache* cache = nullptr;
    /// What saves reading long streams (`snapshot_writer.hpp`).
    snapshot_writer* snapshots = nullptr;
};

/// A command, seen from what is stored.
class erased_command {
public:
    virtual ~erased_command() = default;

    /// The type of aggregate whose states it decides on.
    virtual auto type() const -> const aggregate_type& = 0;
    virtual auto decide(const state&) const -> stored_decision = 0;

    /// Its name and its fields: what makes it the same command as another. Throws `invalid_request` when they cannot be
    /// told.
    virtual auto described() const -> std::string = 0;
};

/// Finds the state, decides, appends with the version seen; reads on and decides again while others were faster. A
/// refusal and a decision of nothing are answers to a state that was compared with the log. Commands of this process on
/// one stream are carried out one after the other (`stream_turn.hpp`); after a conflict with another process it waits a
/// little. Where assertions are on, what is decided is folded before it is appended; `invalid_request` when that fails.
/// Broken infrastructure throws (see `eventstore/errors.hpp`), and so does an event in the stream that the aggregate
/// cannot read or does not know (`mismatch`).
auto execute(eventstore::store&, const eventstore::stream_id&, const erased_command&, const eventstore::metadata&,
             const handle_options&) -> std::expected<accepted, refusal>;

}  // namespace annals::commands
