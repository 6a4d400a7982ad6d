// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/catching_up/by_hand.hpp>

#include <annals/libpq/connection.hpp>
#include <annals/projections/sql/rounds.hpp>
#include <annals/projections/view/view_definition.hpp>
#include <benchmarks/catching_up/laboratory_log.hpp>
#include <benchmarks/catching_up/read_models.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <span>
#include <vector>

namespace annals::benchmarks {
namespace {

using namespace libpq;
using eventstore::recorded_event;

constexpr std::int64_t page = 1000;

/// A slow loop is not run to its end.
constexpr double seconds_max = 5;

constexpr auto tables = R"sql(
    create schema by_hand;
    create table by_hand.checkpoints (log int primary key, position bigint not null);
    create temporary table batch (
        log text, position bigint, key text, version bigint, type text, data jsonb, occurred_at timestamptz)
        on commit delete rows;
    set search_path = by_hand, pg_temp)sql";

constexpr auto read_page = R"sql(
    select position, key, version, type, data, coalesce(occurred_at, recorded_at), id from annals.events
    where log = $1 and position > $2 order by position limit $3)sql";

constexpr auto move = "insert into checkpoints values ($1, $2) on conflict (log) do update set position = $2";

constexpr auto fill = R"sql(
    insert into batch select $1, position, key, version, type, data::jsonb, occurred_at
    from unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[])
         as event(position, key, version, type, data, occurred_at))sql";

auto events_of(const result& rows, int partition) -> std::vector<recorded_event>
{
    std::vector<recorded_event> events;
    for (int row = 0; row < rows.size(); ++row) {
        recorded_event event;
        event.id = rows.get<eventstore::uuid>(row, 6);
        event.stream = {"sample", rows.get<std::string>(row, 1)};
        event.version = {rows.get<std::int64_t>(row, 2)};
        event.position = {rows.get<std::int64_t>(row, 0)};
        event.partition = partition;
        event.type = rows.get<std::string>(row, 3);
        event.schema_version = 1;
        event.data = rows.get<std::string>(row, 4);
        event.metadata = "{}";
        event.recorded_at = rows.get<eventstore::timestamp>(row, 5);
        events.push_back(std::move(event));
    }
    return events;
}

using batch = std::span<const recorded_event>;

auto run(const std::string& dsn, const std::string& creation,
         const std::function<void(connection&, const std::string& log, batch)>& apply) -> double
{
    connection session(dsn, "by hand");
    session.execute(tables);
    session.execute("set synchronous_commit = off; set jit = off; " + creation);
    session.prepare("read", read_page, parameters::of(std::int32_t{}, std::int64_t{}, std::int64_t{}));
    session.prepare("move", move, parameters::of(std::int32_t{}, std::int64_t{}));
    const auto logs = session.query("select log from annals.logs where category = 'sample' order by partition");
    std::size_t done = 0;
    const auto began = std::chrono::steady_clock::now();
    const auto time = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
    for (int partition = 0; partition < logs.size(); ++partition) {
        const auto log = logs.get<std::int32_t>(partition, 0);
        std::int64_t after = 0;
        for (;;) {
            const auto events = events_of(session.query_prepared("read", parameters::of(log, after, page)), partition);
            if (events.empty()) break;
            after = events.back().position.number;
            session.execute("begin");
            session.query_prepared("move", parameters::of(log, after));
            apply(session, "sample/" + std::to_string(partition), events);
            session.execute("commit");
            done += events.size();
            if (time() > seconds_max) return static_cast<double>(done) / time();
        }
    }
    return static_cast<double>(done) / time();
}

/// The columns of `fill`.
auto columns_of(const std::string& log, const std::vector<const recorded_event*>& events) -> parameters
{
    auto positions = array::of<std::int64_t>(), versions = array::of<std::int64_t>();
    auto keys = array::of<std::string_view>(), types = array::of<std::string_view>();
    auto texts = array::of<std::string_view>();
    auto times = array::of<eventstore::timestamp>();
    for (const auto* event : events) {
        positions.add(event->position.number);
        keys.add(std::string_view(event->stream.key));
        versions.add(event->version.number);
        types.add(std::string_view(event->type));
        texts.add(std::string_view(event->data));
        times.add(event->recorded_at);
    }
    return parameters::of(log, std::move(positions), std::move(keys), std::move(versions), std::move(types),
                          std::move(texts), std::move(times));
}

}  // namespace

auto sql_by_hand(const std::string& dsn, const projections::sql_file& file) -> double
{
    projections::rounds rounds(file);
    bool is_prepared = false;
    return run(dsn, file.creation.text, [&](connection& session, const std::string& log, batch events) {
        const auto steps = rounds.cut(events);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const auto values = columns_of(log, steps[i].events);
            if (!std::exchange(is_prepared, true)) {
                session.prepare("fill", fill, values);
                for (std::size_t block = 0; block < file.blocks.size(); ++block)
                    session.prepare("block " + std::to_string(block), file.blocks[block].statements.text, {});
            }
            if (i > 0) session.execute("delete from batch");
            session.query_prepared("fill", values);
            session.query_prepared("block " + std::to_string(steps[i].block), {});
        }
    });
}

auto card_by_hand(const std::string& dsn) -> double
{
    constexpr auto creation = "create table card (key text primary key, state jsonb not null)";
    constexpr auto load = "select key, state::text from card where key = any ($1)";
    constexpr auto store = "insert into card select * from (select unnest($1::text[]), unnest($2::text[])::jsonb) c "
                           "on conflict (key) do update set state = excluded.state";
    return run(dsn, creation, [&](connection& session, const std::string&, batch events) {
        std::map<std::string, card> rows;
        for (const auto& event : events) rows[event.stream.key];
        auto keys = array::of<std::string_view>(), states = array::of<std::string_view>();
        for (const auto& [key, row] : rows) keys.add(std::string_view(key));
        const auto found = session.query(load, parameters::of(keys));
        for (int row = 0; row < found.size(); ++row) {
            const auto key = found.get<std::string>(row, 0);
            rows[key] = projections::decode_state<card>(found.get<std::string>(row, 1), key);
        }
        for (const auto& event : events)
            facts::for_each_fact<card::event>(event, [&](const auto& fact) { rows[event.stream.key].evolve(fact); });
        std::vector<std::string> texts;
        for (const auto& [key, row] : rows) texts.push_back(projections::encode_state(row, key));
        for (const auto& text : texts) states.add(std::string_view(text));
        session.query(store, parameters::of(keys, states));
    });
}

auto station_by_hand(const std::string& dsn) -> double
{
    constexpr auto creation = "create table station (key text primary key, patient text not null, state text)";
    constexpr auto insert = "insert into station (key, patient, state) values ($1, $2, 'created')";
    constexpr auto update = "update station set state = $2 where key = $1";
    using text = std::string_view;
    return run(dsn, creation, [&](connection& session, const std::string&, batch events) {
        for (const auto& event : events)
            facts::for_each_fact<station::event>(event, [&]<class Fact>(const Fact& fact) {
                const text key = event.stream.key;
                if constexpr (std::same_as<Fact, created>)
                    session.query(insert, parameters::of(key, text(fact.patient_id)));
                else session.query(update, parameters::of(key, text(event.type).substr(text("sample.").size())));
            });
    });
}

}  // namespace annals::benchmarks
