// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <annals/processors/checkpoint.hpp>

#include <optional>
#include <span>
#include <string>

namespace annals::processors {

/// What one step of a request came to.
struct request_step {
    eventstore::stream_id key;
    std::size_t applied = 0;                 ///< events, in this step
    bool is_free = false;                    ///< nothing of the key is parked any more
    bool has_failed = false;                 ///< then the next one tries fewer events
    std::string why_not = {};                ///< why its first event cannot be applied still; the request has ended
};

/// Carries out what operators ask for parked keys: applies their events in order, as any other event, or discards
/// them. Each step is one transaction that holds the log's checkpoint, so no event of the key is queued or applied
/// meanwhile. For one thread.
class parked_requests {
public:
    /// They must outlive this object.
    parked_requests(processor& applied, eventstore::store& log) : processor_(applied), store_(log) {}

    /// One step of a request for a key in these logs; nothing when there is none. Throws `fenced`, `restored`, or any
    /// error that is not caused by the events.
    auto carry_out(pqxx::connection&, std::span<const checkpoint> owned) -> std::optional<request_step>;

private:
    struct request;

    auto find(pqxx::connection&, std::span<const checkpoint> owned) const -> std::optional<request>;
    auto discard(pqxx::connection&, const request&) const -> request_step;
    auto retry(pqxx::connection&, const request&) -> request_step;
    auto next_events(pqxx::connection&, const request&) const -> std::vector<eventstore::recorded_event>;
    auto apply(pqxx::connection&, const request&, std::span<const eventstore::recorded_event>) const -> request_step;
    auto give_up(pqxx::connection&, const request&, const std::string& why) const -> request_step;
    auto free_upto(pqxx::transaction_base&, const request&, eventstore::log_position) const -> bool;

    processor& processor_;
    eventstore::store& store_;
    std::size_t events_max_ = step_max;  ///< of the next step: fewer after events that cannot be applied together

    static constexpr std::size_t step_max = 200;
};

}  // namespace annals::processors
