// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/errors.hpp>
#include <eventstore/store.hpp>
#include <processors/log_numbers.hpp>
#include <processors/processor.hpp>

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

    auto operator==(const checkpoint&) const -> bool = default;
};

/// Some log of a batch belongs to another process by now: nothing of the batch may stay. Read the checkpoints again.
class fenced : public eventstore::error {
public:
    explicit fenced(const std::string& message) : error(message, true) {}
};

/// The log has another event at a checkpoint, or none: what was made of it holds what has not happened. No repetition
/// helps; what to do is in the message.
class restored : public eventstore::mismatch {
public:
    explicit restored(const std::string& message) : mismatch(message) {}
};

/// The processor was removed since, and perhaps registered again: another one has its name now.
class replaced : public eventstore::error {
public:
    explicit replaced(const processor_id&);
};

/// Takes logs over: raises their epochs, which ends every earlier owner's right to move their checkpoints.
///
/// Who moves a checkpoint names its registration, the epoch he took it with and the position he started from. So of two
/// processes that both believe to own a log, only the later one can commit, and none for a registration that is gone.
/// Throws `replaced`.
auto take_checkpoints(pqxx::transaction_base&, const processor_id&, std::span<const numbered_log>)
    -> std::vector<checkpoint>;

/// What the database has now of the given logs, with whatever epoch; after a commit in doubt.
auto read_checkpoints(pqxx::transaction_base&, const processor_id&, std::span<const checkpoint> known)
    -> std::vector<checkpoint>;

/// Parses the statement of `move_checkpoints` where this session has not; needed before it.
void prepare_moves(pqxx::connection&);

/// Moves the checkpoints behind the given events within a batch's transaction, as its first statement.
/// Returns them as they will be when it commits. Throws `fenced`.
auto move_checkpoints(pqxx::transaction_base&, const processor_id&, std::span<const checkpoint> from,
                      std::span<const eventstore::recorded_event>) -> std::vector<checkpoint>;

/// The checkpoint of an event's log, or null.
auto find(std::span<checkpoint>, const eventstore::log_id&) -> checkpoint*;

/// Throws `restored` when the log has another event (or none) at the checkpoint: then it was restored, and events may
/// have been given other numbers.
void check_against_log(const checkpoint&, const processor_id&, eventstore::store&);

}  // namespace annals::processors
