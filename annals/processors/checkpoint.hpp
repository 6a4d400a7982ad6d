// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/processors/processor.hpp>

#include <optional>
#include <span>
#include <vector>

namespace annals::processors {

/// How far a processor has come in one log.
struct checkpoint {
    numbered_log of;
    eventstore::log_position position;
    std::optional<eventstore::uuid> event_id{};   ///< of the event at `position`
    std::int64_t epoch = 0;                      ///< of the owner who read it
    std::optional<eventstore::timestamp> recorded_at{};  ///< of the event at `position`
    std::int64_t late_events = 0;  ///< applied after an event that comes later in the order of all logs

    auto operator==(const checkpoint&) const -> bool = default;
};

/// Another process owns a log of the batch now: the batch must be rolled back. Read the checkpoints again.
class fenced : public eventstore::error {
public:
    explicit fenced(const std::string& message) : error(message, true) {}
};

auto taken_over(const processor_id&) -> fenced;

/// The log has another event at a checkpoint, or none: the read model holds events that did not happen. Retrying does
/// not help; the message says what to do.
class restored : public eventstore::mismatch {
public:
    explicit restored(const std::string& message) : mismatch(message) {}
};

/// The processor was removed since, and perhaps registered again: another one has its name now.
class replaced : public eventstore::error {
public:
    explicit replaced(const processor_id&);
};

/// Takes over logs by raising their epochs, which fences earlier owners.
///
/// A move must name the registration, the current epoch and the position it starts from. So when two processes both
/// believe that they own a log, only the later one can commit, and none can for a registration that was removed.
/// Throws `replaced`.
auto take_checkpoints(pqxx::transaction_base&, const processor_id&, std::span<const numbered_log>)
    -> std::vector<checkpoint>;

/// The current checkpoints of the given logs, whatever their epochs; used when a commit is in doubt.
auto read_checkpoints(pqxx::transaction_base&, const processor_id&, std::span<const checkpoint> known)
    -> std::vector<checkpoint>;

/// Locks the checkpoint where it is until the transaction ends: no other process becomes the log's owner meanwhile.
/// Throws `fenced` when one has.
void hold_checkpoint(pqxx::transaction_base&, const processor_id&, const checkpoint&);

/// The numbers of their logs, in the same order.
auto log_numbers(std::span<const checkpoint>) -> std::vector<int>;

/// Locks all checkpoints of a processor where they are until the transaction ends: its workers wait at their next
/// batch. Waits for batches that are under way, no longer than `lock_timeout`.
void hold_checkpoints(pqxx::transaction_base&, const processor_id&);
/// The same for these, whatever their epochs and positions are by now.
void hold_checkpoints(pqxx::transaction_base&, const processor_id&, std::span<const checkpoint>);

/// The checkpoint of an event's log, or null.
auto find(std::span<checkpoint>, const eventstore::log_id&) -> checkpoint*;

/// Throws `restored` when the log has another event (or none) at the checkpoint: then the log was restored, and its
/// events may have other positions now.
void check_against_log(const checkpoint&, const processor_id&, eventstore::store&);

}  // namespace annals::processors
