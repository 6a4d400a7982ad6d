// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/history.hpp>

#include <map>
#include <utility>
#include <vector>

namespace annals::histories {

/// An event of the final log, and what the clients could know of it.
struct logged {
    const eventstore::recorded_event* event = nullptr;
    tick invoked = 0;                        ///< when a client first tried to append it
    tick returned = 0;                       ///< when its append was first answered; `never` when it was not
    tick known = 0;                          ///< when it was first answered or read
};

inline constexpr tick never = INT64_MAX;

/// A history, and look-ups in it. Refers to the history.
class index {
public:
    explicit index(const history&);

    auto of() const -> const history& { return history_; }

    /// The final log's events with this id: one or none, unless something is wrong.
    auto with_id(const eventstore::uuid&) const -> const std::vector<const logged*>&;
    /// Nothing when there is none.
    auto at(int partition, eventstore::log_position) const -> const logged*;
    auto at(const eventstore::stream_id&, eventstore::stream_version) const -> const logged*;

    auto logs() const -> const std::vector<std::vector<logged>>& { return logs_; }
    /// In the order of their versions.
    auto streams() const -> const std::map<eventstore::stream_id, std::vector<const logged*>>& { return streams_; }
    /// The calls that tried to append an event.
    auto calls_with(const eventstore::uuid&) const -> const std::vector<const append_call*>&;

    /// How much of a stream or log any client knew before a tick.
    auto version_known(const eventstore::stream_id&, tick before) const -> std::int64_t;
    auto position_known(int partition, tick before) const -> std::int64_t;

private:
    void note_appends();
    void note_reads();
    void note_read(const call&, const std::vector<eventstore::recorded_event>&);

    const history& history_;
    std::vector<std::vector<logged>> logs_;
    std::map<eventstore::stream_id, std::vector<const logged*>> streams_;
    std::map<eventstore::uuid, std::vector<const logged*>> by_id_;
    std::map<eventstore::uuid, std::vector<const append_call*>> calls_;
};

/// The append was answered, and is in the log as far as its caller was told.
auto is_confirmed(const append_call&) -> bool;

/// It was answered with the result of another append under the same idempotency key; its own events are not there.
auto is_answered_by_key(const index&, const append_call&) -> bool;

/// Certainly not in the log: rejected, rolled back.
auto is_refused(const append_call&) -> bool;

}  // namespace annals::histories
