// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/checkpoint.hpp>

#include <algorithm>

namespace annals::processors {

using namespace eventstore;

namespace {

constexpr auto take_logs = R"(
    insert into annals.checkpoints as c (processor, version, log, epoch, registration)
    select $1, $2, l, 1, nullif($4::bigint, 0) from unnest($3::int[]) l order by l
    on conflict (processor, version, log) do update
    set epoch = c.epoch + 1, registration = excluded.registration, updated_at = clock_timestamp()
    where c.registration is null or c.registration = excluded.registration
    returning log, position, event_id, epoch, (extract(epoch from recorded_at) * 1000000)::bigint, late_events)";

constexpr auto read_logs = R"(
    select log, position, event_id, epoch, (extract(epoch from recorded_at) * 1000000)::bigint, late_events
    from annals.checkpoints
    where processor = $1 and version = $2 and log = any ($3::int[])
      and registration is not distinct from nullif($4::bigint, 0))";

constexpr auto hold_log = R"(
    select from annals.checkpoints
    where processor = $1 and version = $2 and log = $3 and epoch = $4 and position = $5
      and registration is not distinct from nullif($6::bigint, 0)
    for update)";

auto from_row(const pqxx::row& row, std::span<const numbered_log> logs) -> checkpoint
{
    const auto of = std::ranges::find(logs, row[0].as<int>(), &numbered_log::number);
    checkpoint read{.of = *of, .position = {row[1].as<std::int64_t>()}, .epoch = row[3].as<std::int64_t>()};
    if (!row[2].is_null()) read.event_id = parse_uuid(row[2].view());
    if (!row[4].is_null()) read.recorded_at = timestamp(std::chrono::microseconds(row[4].as<std::int64_t>()));
    read.late_events = row[5].as<std::int64_t>();
    return read;
}

auto from_rows(const pqxx::result& rows, std::span<const numbered_log> logs) -> std::vector<checkpoint>
{
    std::vector<checkpoint> all;
    for (const auto& row : rows) all.push_back(from_row(row, logs));
    std::ranges::sort(all, {}, &checkpoint::of);
    return all;
}

auto numbers_of(std::span<const numbered_log> logs) -> std::vector<int>
{
    std::vector<int> numbers;
    for (const auto& log : logs) numbers.push_back(log.number);
    return numbers;
}

}  // namespace

replaced::replaced(const processor_id& processor)
    : error(to_string(processor) + " was removed, and is registered again or not at all", true)
{}

auto taken_over(const processor_id& processor) -> fenced
{
    return fenced(to_string(processor) + ": another process has taken over some of its logs");
}

auto take_checkpoints(pqxx::transaction_base& tx, const processor_id& processor, std::span<const numbered_log> logs)
    -> std::vector<checkpoint>
{
    try {
        auto taken = from_rows(tx.exec(take_logs, pqxx::params{processor.name, processor.version, numbers_of(logs),
                                                               processor.registration}),
                               logs);
        if (taken.size() == logs.size()) return taken;
    } catch (const pqxx::foreign_key_violation&) {
        // removed, and not registered again yet
    }
    throw replaced(processor);
}

auto read_checkpoints(pqxx::transaction_base& tx, const processor_id& processor, std::span<const checkpoint> known)
    -> std::vector<checkpoint>
{
    std::vector<numbered_log> logs;
    for (const auto& one : known) logs.push_back(one.of);
    return from_rows(
        tx.exec(read_logs, pqxx::params{processor.name, processor.version, numbers_of(logs), processor.registration}),
        logs);
}

void hold_checkpoint(pqxx::transaction_base& tx, const processor_id& processor, const checkpoint& at)
{
    const auto held = tx.exec(hold_log, pqxx::params{processor.name, processor.version, at.of.number, at.epoch,
                                                     at.position.number, processor.registration});
    if (held.empty()) throw taken_over(processor);
}

auto log_numbers(std::span<const checkpoint> all) -> std::vector<int>
{
    std::vector<int> numbers;
    for (const auto& one : all) numbers.push_back(one.of.number);
    return numbers;
}

void hold_checkpoints(pqxx::transaction_base& tx, const processor_id& processor)
{
    tx.exec("select from annals.checkpoints where processor = $1 and version = $2 order by log for update",
            pqxx::params{processor.name, processor.version});
}

void hold_checkpoints(pqxx::transaction_base& tx, const processor_id& processor, std::span<const checkpoint> these)
{
    tx.exec("select from annals.checkpoints where processor = $1 and version = $2 and log = any ($3::int[]) "
            "order by log for update",
            pqxx::params{processor.name, processor.version, log_numbers(these)});
}

auto find(std::span<checkpoint> all, const log_id& log) -> checkpoint*
{
    const auto found = std::ranges::find_if(all, [&](const checkpoint& one) { return one.of.log == log; });
    return found == all.end() ? nullptr : &*found;
}

void check_against_log(const checkpoint& at, const processor_id& processor, store& log)
{
    if (!at.event_id) return;
    const auto events = log.read_log(at.of.log, at.position - 1, {.events_max = 1});
    if (!events.empty() && events[0].id == *at.event_id) return;
    const auto found = events.empty() ? "ends before it" : "has " + eventstore::to_string(events[0].id) + " there";
    throw restored("the checkpoint of " + to_string(processor) + " is at event " + eventstore::to_string(*at.event_id)
                   + " at " + to_string(at.of.log) + "@" + std::to_string(at.position.number) + ", but the log " + found
                   + ": the log was restored; rebuild " + processor.name + " from it");
}

}  // namespace annals::processors
