// SPDX-License-Identifier: Apache-2.0
#include <projections/view_rows.hpp>

#include <eventstore/errors.hpp>
#include <eventstore/postgres/caller_session.hpp>
#include <eventstore/postgres/parameters.hpp>

namespace annals::projections {
namespace {

using eventstore::postgres::array;

auto as_bytes(const std::string& text) -> pqxx::bytes_view
{
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

auto quoted(const std::string& name, char mark) -> std::string { return mark + name + mark; }

}  // namespace

auto view_rows::load(pqxx::transaction_base& tx, const std::vector<std::string>& keys) const
    -> std::map<std::string, std::string>
{
    auto wanted = array::of<std::string_view>();
    for (const auto& key : keys) wanted.add(std::string_view(key));
    const auto bytes = std::move(wanted).bytes();
    std::map<std::string, std::string> found;
    for (const auto& row : tx.exec("select key, state::text from " + table_ + " where key = any($1::text[])",
                                   pqxx::params{as_bytes(bytes)}))
        found.emplace(row[0].view(), row[1].view());
    return found;
}

void view_rows::store(pqxx::transaction_base& tx, const std::map<std::string, view_row>& rows) const
{
    auto keys = array::of<std::string_view>(), states = array::of<std::string_view>();
    auto versions = array::of<std::int64_t>();
    auto times = array::of<eventstore::timestamp>();
    for (const auto& [key, row] : rows) {
        keys.add(std::string_view(key));
        versions.add(row.version.number);
        times.add(row.changed_at);
        states.add(std::string_view(row.state));
    }
    const std::string columns[] = {std::move(keys).bytes(), std::move(versions).bytes(), std::move(times).bytes(),
                                   std::move(states).bytes()};
    pqxx::params values;
    for (const auto& bytes : columns) values.append(as_bytes(bytes));
    tx.exec("insert into " + table_
                + " (key, version, changed_at, state) "
                  "select key, version, changed_at, state::jsonb "
                  "from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::text[]) as changed(key, version, "
                  "changed_at, state) "
                  "on conflict (key) do update set version = excluded.version, changed_at = excluded.changed_at, state "
                  "= excluded.state",
            values);
}

auto view_rows::find(pqxx::transaction_base& tx, std::string_view key) const -> std::optional<std::string>
{
    eventstore::postgres::check_encoding(tx);
    try {
        const auto found = tx.exec("select state::text from " + table_ + " where key = $1", pqxx::params{key});
        if (found.empty()) return std::nullopt;
        return found[0][0].as<std::string>();
    } catch (const pqxx::undefined_table&) {
        throw eventstore::mismatch(
            to_string(of_) + " is not registered in this database: start a worker of the program that has this view");
    }
}

auto creation_of_view(const std::string& projection, const std::vector<view_column>& columns) -> std::string
{
    auto sql = std::string("create table _rows (key text collate \"C\" primary key, version bigint not null, "
                           "changed_at timestamptz not null, state jsonb not null) with (fillfactor = 80);\n");
    sql += "create view " + projection + " as select key, version, changed_at";
    for (const auto& [name, type] : columns) {
        const auto arrow = type == "jsonb" ? " -> " : " ->> ";
        sql += ", (state" + std::string(arrow) + quoted(name, '\'') + ")::" + type + " as " + quoted(name, '"');
    }
    return sql + " from _rows;\n";
}

}  // namespace annals::projections
