// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/batch.hpp>

#include <annals/libpq/parameters.hpp>
#include <annals/processors/model_connection.hpp>

#include <string>

namespace annals::projections::batch {
namespace {

using eventstore::recorded_event;
using libpq::array;

// The texts have the database's collation, like the author's tables and their indexes. The number of the part is read
// in a query of its own, so that the planner does not take it for a value it knows.
constexpr auto ddl = R"sql(
    set client_min_messages = warning;
    create temporary table if not exists pg_temp.batch_rows (
        part int not null,
        category text not null,
        partition int not null,
        position bigint not null,
        key text not null,
        version bigint not null,
        id uuid not null,
        type text not null,
        schema_version int not null,
        data jsonb not null,
        metadata jsonb not null,
        occurred_at timestamptz not null,
        recorded_at timestamptz not null,
        place bigint not null
    );
    create index if not exists batch_rows_of_part on pg_temp.batch_rows (part);
    create or replace view pg_temp.batch as
    select category || '/' || partition as log, position, category, key, category || '-' || key as stream, version, id,
           type, schema_version, data, metadata, occurred_at, recorded_at, place
    from pg_temp.batch_rows
    where part = (select nullif(pg_catalog.current_setting('annals.part', true), '')::int);
    grant select on pg_temp.batch to public;
    reset client_min_messages;
)sql";

constexpr auto statement = "annals_apply_blocks";
constexpr auto apply_blocks = R"sql(
    select annals.apply_blocks($1::text[], $2::int[], $3::int[], $4::text[], $5::int[], $6::bigint[], $7::text[],
                               $8::bigint[], $9::uuid[], $10::text[], $11::int[], $12::text[], $13::text[],
                               $14::timestamptz[], $15::timestamptz[])
)sql";

/// One column of the events as a binary array.
template <class Column>
auto column(const events& rows, Column value) -> std::string
{
    auto values = array::of<decltype(value(*rows.front()))>();
    for (const auto* row : rows) values.add(value(*row));
    return std::move(values).bytes();
}

auto columns_of(const events& rows) -> std::vector<std::string>
{
    using text = std::string_view;
    return {
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
}

/// Which part of the rows each call sees, and to which part each row belongs.
struct division {
    events rows = {};
    array functions = array::of<std::string_view>();
    array parts = array::of<std::int32_t>();
    array part_of_row = array::of<std::int32_t>();
};

auto divide(std::span<const call> calls) -> division
{
    division all;
    std::int32_t part = 0;
    const events* last = nullptr;
    for (const auto& [function, sees] : calls) {
        if (last == nullptr || *last != *sees) {
            ++part;
            all.rows.insert(all.rows.end(), sees->begin(), sees->end());
            for (std::size_t i = 0; i < sees->size(); ++i) all.part_of_row.add(part);
        }
        last = sees;
        all.functions.add(std::string_view(function));
        all.parts.add(part);
    }
    return all;
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
    processors::prepare_once(connection, statement, apply_blocks);
}

void apply(pqxx::transaction_base& tx, std::span<const call> calls)
{
    if (calls.empty()) return;
    auto all = divide(calls);
    const std::string before[] = {std::move(all.functions).bytes(), std::move(all.parts).bytes(),
                                  std::move(all.part_of_row).bytes()};
    const auto columns = columns_of(all.rows);
    pqxx::params values;
    for (const auto& bytes : before) values.append(as_bytes(bytes));
    for (const auto& bytes : columns) values.append(as_bytes(bytes));
    tx.exec(pqxx::prepped{statement}, values);
}

}  // namespace annals::projections::batch
