// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/processors/checkpoint.hpp>
#include <annals/processors/parking_limits.hpp>

#include <set>
#include <span>
#include <string>

namespace annals::processors {

/// More would be parked than allowed. Then the events are probably well, and what applies them is at fault.
class too_much_parked : public eventstore::error {
public:
    explicit too_much_parked(const std::string& message) : error(message) {}
};

/// The keys that wait behind an event that cannot be applied: each new event of such a key is put to the end of its
/// queue. So a key's events are applied in order, and the other keys go on.
///
/// A copy of annals.parked_keys for the logs that this process owns. Only the owner of a log changes its rows, in
/// transactions that hold the log's checkpoint, so the copy stays true until another process takes the log over.
/// The rows change with the transaction: call `add` and `remove` when it is committed, and `read` when that is in
/// doubt.
/// For one thread.
class parked_keys {
public:
    parked_keys(processor_id, parking_limits);

    /// Replaces the copy by the keys that are parked in these logs.
    void read(pqxx::transaction_base&, std::span<const checkpoint> owned);

    auto holds(const eventstore::recorded_event&) const -> bool;
    auto empty() const -> bool { return keys_.empty(); }
    void add(const eventstore::stream_id& key) { keys_.insert(key); }
    void remove(const eventstore::stream_id& key) { keys_.erase(key); }

    /// Writes that a key waits behind this event, which cannot be applied. Throws `too_much_parked`.
    void park(pqxx::transaction_base&, const numbered_log&, const eventstore::recorded_event&,
              const std::string& why) const;

    using events = std::span<const eventstore::recorded_event* const>;

    /// Writes these events of parked keys to the ends of their queues. Throws `too_much_parked`.
    void queue(pqxx::transaction_base&, std::span<const checkpoint> owned, events) const;

private:
    void check_limits(pqxx::transaction_base&) const;

    processor_id processor_;
    parking_limits limits_;
    std::set<eventstore::stream_id> keys_;
};

}  // namespace annals::processors
