// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/context.hpp>
#include <annals/commands/decision.hpp>
#include <annals/commands/state.hpp>
#include <annals/eventstore/store.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::commands {

class aggregate_cache;
class snapshot_writer;

/// The result of a command.
struct [[nodiscard]] accepted {
    eventstore::stream_version version;  ///< of the aggregate's stream, afterwards
    std::vector<eventstore::uuid> events;  ///< ids of the events recorded in that stream; none: nothing to do
    eventstore::token token;  ///< a read that waits for it sees the command's effect
    bool duplicate = false;                  ///< it was carried out before, under the same idempotency key
};

/// The result of a command in one of its streams.
struct accepted_stream {
    eventstore::stream_id stream = {};
    eventstore::stream_version version = {};  ///< afterwards
    std::vector<eventstore::uuid> events = {};  ///< ids of the events recorded there; none: nothing to do
};

/// The result of a command over several streams.
struct accepted_together {
    std::vector<accepted_stream> streams = {};  ///< in the order in which the command names them
    eventstore::token token = {};  ///< a read that waits for it sees the effect on all of them
    bool duplicate = false;                  ///< it was carried out before, under the same idempotency key
};

struct handle_options {
    /// How often to read and decide when others write to the streams at the same time.
    int attempts_max = 25;
    /// For callers that try again from another process: a command is carried out only once under this key, and
    /// another command is refused (`codes::key_reused`). A refusal or a decision of nothing is not remembered.
    std::optional<std::string> idempotency_key = {};
    /// The states that this process remembers: with them a stream need not be read (`aggregate_cache.hpp`).
    aggregate_cache* cache = nullptr;
    /// Saves reading long streams (`snapshot_writer.hpp`).
    snapshot_writer* snapshots = nullptr;
};

/// A command without its type.
class erased_command {
public:
    virtual ~erased_command() = default;

    /// The type of aggregate whose states it decides on.
    virtual auto type() const -> const aggregate_type& = 0;
    virtual auto decide(const state&, const context&) const -> stored_decision = 0;

    /// Its name and its fields; they say whether two commands are the same. Throws `invalid_request` when the fields
    /// are not described.
    virtual auto described() const -> std::string = 0;
};

/// A command, and the aggregate that it is for.
struct command_for {
    eventstore::stream_id stream;
    std::shared_ptr<const erased_command> command;
};

/// Finds the states, decides, and appends with the versions seen; when others were faster, reads the rest and decides
/// again. All commands are carried out, or none: they decide in their order, each on what those before it decided, and
/// the first refusal is the answer. A refusal or a decision of nothing is made on states that were compared with the
/// log. Commands of this process on one stream are carried out one after the other (`stream_turn.hpp`); after a
/// conflict with another process it waits a little. Facts are folded before they are appended; `invalid_request` when
/// that fails.
/// Broken infrastructure throws (see `annals/eventstore/errors.hpp`). So does an event in a stream that the aggregate
/// cannot read or does not know (`mismatch`).
[[nodiscard]] auto execute(eventstore::store&, std::span<const command_for>, const eventstore::metadata&,
                           const handle_options&) -> std::expected<accepted_together, refusal>;

}  // namespace annals::commands
