// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/parked.hpp>

#include <annals/eventstore/uuid.hpp>

namespace annals::processors {

using namespace eventstore;

namespace {

constexpr auto select_sums = R"(
    select count(*), coalesce(sum(events), 0)::bigint from annals.parked_keys where processor = $1 and version = $2)";

constexpr auto select_keys = R"(
    select p.projection, p.version, p.category, p.key, l.log, p.events, p.position, p.type, p.reason, p.attempts,
           (extract(epoch from p.parked_at) * 1000000)::bigint, (extract(epoch from p.tried_at) * 1000000)::bigint,
           coalesce(p.request, '')
    from annals.parked p
    join annals.logs l on l.tenant = '' and l.category = p.category and l.partition = p.partition
    where ($1 = '' or p.projection = $1)
      and ($2::text is null or (p.category = $2 and p.key = $3))
      and strpos(lower(p.reason), lower($4)) > 0
      and ($5::float8 is null or p.parked_at >= to_timestamp($5 / 1e6))
      and ($6::float8 is null or p.parked_at < to_timestamp($6 / 1e6))
    order by p.projection, p.version, p.category, p.key)";

constexpr auto select_events = R"(
    select position, stream_version, id, type, edited from annals.parked_events
    where processor = $1 and version = $2 and log = $3 and key = $4
    order by position limit $5)";

constexpr auto update_request = R"(
    update annals.parked_keys set request = $5, request_position = $6
    where processor = $1 and version = $2 and log = $3 and key = $4)";

constexpr auto update_event = R"(
    update annals.parked_events set edited = $6::json
    where processor = $1 and version = $2 and log = $3 and key = $4 and position = $5)";

auto microseconds(std::optional<timestamp> at) -> std::optional<std::int64_t>
{
    return at ? std::optional(at->time_since_epoch().count()) : std::nullopt;
}

auto time_of(const pqxx::field& microseconds) -> timestamp
{
    return timestamp{std::chrono::microseconds{microseconds.as<std::int64_t>()}};
}

auto place_of(const parked_key& one) -> pqxx::params
{
    return {one.processor.name, one.processor.version, one.log, one.key.key};
}

auto word_for(parked_act act) -> std::string
{
    switch (act) {
        case parked_act::retry: return "retry";
        case parked_act::discard_first: return "discard";
        case parked_act::discard_all: return "discard all";
    }
    return {};
}

}  // namespace

auto count_parked(pqxx::transaction_base& tx, const processor_id& processor) -> parked_count
{
    const auto [keys, events] =
        tx.query1<std::int64_t, std::int64_t>(select_sums, pqxx::params{processor.name, processor.version});
    return {keys, events};
}

auto find_parked(pqxx::transaction_base& tx, const parked_selection& wanted) -> std::vector<parked_key>
{
    std::optional<std::string> category, key;
    if (wanted.key) category = wanted.key->category, key = wanted.key->key;
    std::vector<parked_key> all;
    for (const auto& row : tx.exec(select_keys, pqxx::params{wanted.processor, category, key, wanted.error,
                                                             microseconds(wanted.since), microseconds(wanted.before)}))
        all.push_back({.processor = {row[0].as<std::string>(), row[1].as<int>()},
                       .key = {row[2].as<std::string>(), row[3].as<std::string>()},
                       .log = row[4].as<int>(),
                       .events = row[5].as<std::int64_t>(),
                       .position = {row[6].as<std::int64_t>()},
                       .type = row[7].as<std::string>(),
                       .reason = row[8].as<std::string>(),
                       .attempts = row[9].as<std::int64_t>(),
                       .parked_at = time_of(row[10]),
                       .tried_at = time_of(row[11]),
                       .request = row[12].as<std::string>()});
    return all;
}

auto events_of(pqxx::transaction_base& tx, const parked_key& one, std::int64_t events_max) -> std::vector<parked_event>
{
    auto which = place_of(one);
    which.append(events_max);
    std::vector<parked_event> all;
    for (const auto& row : tx.exec(select_events, which))
        all.push_back({.position = {row[0].as<std::int64_t>()},
                       .version = {row[1].as<std::int64_t>()},
                       .id = parse_uuid(row[2].view()),
                       .type = row[3].as<std::string>(),
                       .edited = row[4].as<std::optional<std::string>>()});
    return all;
}

auto request(pqxx::transaction_base& tx, const parked_key& one, parked_act act) -> bool
{
    auto values = place_of(one);
    values.append(word_for(act));
    values.append(one.position.number);
    return tx.exec(update_request, values).affected_rows() == 1;
}

auto edit(pqxx::transaction_base& tx, const parked_key& one, log_position position, const std::string& data) -> bool
{
    auto values = place_of(one);
    values.append(position.number);
    values.append(data);
    return tx.exec(update_event, values).affected_rows() == 1;
}

}  // namespace annals::processors
