// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/batch.hpp>

#include <annals/libpq/parameters.hpp>
#include <annals/processors/model_connection.hpp>

#include <string>

namespace annals::projections::batch {
namespace {

using eventstore::recorded_event;
using libpq::array;

// The texts have the database's collation, like the author's tables and their indexes.
constexpr auto ddl = R"sql(
    set client_min_messages = warning;
    create temporary table if not exists pg_temp.batch (
        log text not null,
        position bigint not null,
        category text not null,
        key text not null,
        stream text not null,
        version bigint not null,
        id uuid not null,
        type text not null,
        schema_version int not null,
        data jsonb not null,
        metadata jsonb not null,
        occurred_at timestamptz not null,
        recorded_at timestamptz not null,
        place bigint not null
    ) on commit delete rows;
    grant select on pg_temp.batch to public;
    reset client_min_messages;
)sql";

constexpr auto statement = "annals_fill_batch";
constexpr auto insert = R"sql(
    with gone as (delete from pg_temp.batch)
    insert into pg_temp.batch
    select category || '/' || partition, position, category, key, category || '-' || key, version, id, type,
           schema_version, data::jsonb, metadata::jsonb, occurred_at, recorded_at, place
    from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::bigint[], $6::uuid[], $7::text[], $8::int[],
                $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[])
      with ordinality as event(category, partition, position, key, version, id, type, schema_version,
                               data, metadata, occurred_at, recorded_at, place)
)sql";

/// One column of the events as a binary array.
template <class Column>
auto column(events rows, Column value) -> std::string
{
    auto values = array::of<decltype(value(*rows.front()))>();
    for (const auto* row : rows) values.add(value(*row));
    return std::move(values).bytes();
}

auto as_bytes(const std::string& text) -> pqxx::bytes_view
{
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace

void create(pqxx::transaction_base& tx) { tx.exec(ddl); }

void prepare(pqxx::connection& connection)
{
    {
        pqxx::nontransaction tx(connection);
        create(tx);
    }
    processors::prepare_once(connection, statement, insert);
}

void fill(pqxx::transaction_base& tx, events rows)
{
    if (rows.empty()) return;
    using text = std::string_view;
    const std::string columns[] = {
        column(rows, [](const recorded_event& event) { return text(event.stream.category); }),
        column(rows, [](const recorded_event& event) { return std::int32_t{event.partition}; }),
        column(rows, [](const recorded_event& event) { return event.position.number; }),
        column(rows, [](const recorded_event& event) { return text(event.stream.key); }),
        column(rows, [](const recorded_event& event) { return event.version.number; }),
        column(rows, [](const recorded_event& event) { return event.id; }),
        column(rows, [](const recorded_event& event) { return text(event.type); }),
        column(rows, [](const recorded_event& event) { return std::int32_t{event.schema_version}; }),
        column(rows, [](const recorded_event& event) { return text(event.data); }),
        column(rows, [](const recorded_event& event) { return text(event.metadata); }),
        column(rows, [](const recorded_event& event) { return event.time(); }),
        column(rows, [](const recorded_event& event) { return event.recorded_at; }),
    };
    pqxx::params values;
    for (const auto& bytes : columns) values.append(as_bytes(bytes));
    tx.exec(pqxx::prepped{statement}, values);
}

void empty(pqxx::transaction_base& tx) { tx.exec("truncate pg_temp.batch"); }

}  // namespace annals::projections::batch
