// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <commands/decision.hpp>
#include <eventstore/store.hpp>

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace annals::commands {

/// A command that was carried out.
struct accepted {
    eventstore::stream_version version;  ///< of the aggregate's stream, afterwards
    std::vector<eventstore::uuid> events;  ///< the ids of what was recorded in that stream; none: nothing to do
    eventstore::token token;  ///< a read that waits for it sees the command's effect
};

struct handle_options {
    /// How often to read and decide when others write to the stream at the same time.
    int attempts_max = 25;
    /// For callers that try again across processes: a command carried out under this key is not carried out again.
    std::optional<std::string> idempotency_key;
};

/// An aggregate and a command for it, seen from what is stored.
class decider {
public:
    virtual ~decider() = default;

    virtual void evolve(const eventstore::recorded_event&) = 0;
    virtual auto decide() const -> stored_decision = 0;
};

/// Reads the stream, decides, appends with the version seen; reads on and decides again while others were faster.
/// Broken infrastructure throws (see `eventstore/errors.hpp`).
auto execute(eventstore::store&, const eventstore::stream_id&, decider&, const eventstore::metadata&,
             const handle_options&) -> std::expected<accepted, refusal>;

}  // namespace annals::commands
