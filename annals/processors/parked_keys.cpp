// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/parked_keys.hpp>

#include <annals/processors/parked.hpp>

#include <algorithm>
#include <utility>

namespace annals::processors {

using namespace eventstore;

namespace {

constexpr auto select_keys = R"(
    select log, key from annals.parked_keys where processor = $1 and version = $2 and log = any ($3::int[]))";

constexpr auto insert_key = R"(
    insert into annals.parked_keys (processor, version, log, key, events, reason, registration)
    values ($1, $2, $3, $4, 0, $5, nullif($6::bigint, 0)))";

constexpr auto insert_events = R"(
    with queued as (
        insert into annals.parked_events (processor, version, log, key, position, stream_version, id, type)
        select $1, $2, e.log, e.key, e.position, e.stream_version, e.id, e.type
        from unnest($3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::uuid[], $8::text[])
          as e(log, key, position, stream_version, id, type)
        returning log, key
    )
    update annals.parked_keys k set events = k.events + q.events
    from (select log, key, count(*) as events from queued group by log, key) q
    where k.processor = $1 and k.version = $2 and k.log = q.log and k.key = q.key)";

auto number_of(const log_id& log, std::span<const checkpoint> owned) -> int
{
    return std::ranges::find(owned, log, [](const checkpoint& one) { return one.of.log; })->of.number;
}

}  // namespace

parked_keys::parked_keys(processor_id processor, parking_limits limits)
    : processor_(std::move(processor)), limits_(limits)
{}

void parked_keys::read(pqxx::transaction_base& tx, std::span<const checkpoint> owned)
{
    keys_.clear();
    const pqxx::params which{processor_.name, processor_.version, log_numbers(owned)};
    for (const auto& [number, key] : tx.query<int, std::string>(select_keys, which)) {
        const auto log = std::ranges::find(owned, number, [](const checkpoint& one) { return one.of.number; });
        keys_.insert({log->of.log.category, key});
    }
}

auto parked_keys::holds(const recorded_event& event) const -> bool
{
    return !keys_.empty() && keys_.contains(event.stream);
}

void parked_keys::park(pqxx::transaction_base& tx, const numbered_log& log, const recorded_event& event,
                       const std::string& why) const
{
    tx.exec(insert_key, pqxx::params{processor_.name, processor_.version, log.number, event.stream.key, why,
                                     processor_.registration});
    const checkpoint owned{.of = log, .position = event.position};
    const auto* const first = &event;
    queue(tx, {&owned, 1}, {&first, 1});
}

void parked_keys::queue(pqxx::transaction_base& tx, std::span<const checkpoint> owned, events later) const
{
    std::vector<int> logs;
    std::vector<std::string> keys, ids, types;
    std::vector<std::int64_t> positions, versions;
    for (const auto* event : later) {
        logs.push_back(number_of(event->log(), owned));
        keys.push_back(event->stream.key);
        positions.push_back(event->position.number);
        versions.push_back(event->version.number);
        ids.push_back(eventstore::to_string(event->id));
        types.push_back(event->type);
    }
    tx.exec(insert_events,
            pqxx::params{processor_.name, processor_.version, logs, keys, positions, versions, ids, types});
    check_limits(tx);
}

void parked_keys::check_limits(pqxx::transaction_base& tx) const
{
    const auto [keys, all] = count_parked(tx, processor_);
    if (keys <= limits_.keys && all <= limits_.events) return;
    throw too_much_parked("more than " + std::to_string(keys > limits_.keys ? limits_.keys : limits_.events)
                          + (keys > limits_.keys ? " keys" : " events")
                          + " would be parked; `annals parked list` shows them and their errors");
}

}  // namespace annals::processors
