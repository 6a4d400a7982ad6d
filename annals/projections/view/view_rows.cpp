// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/view/view_rows.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/libpq/caller_session.hpp>
#include <annals/libpq/parameters.hpp>
#include <annals/processors/failure.hpp>
#include <annals/projections/sql/server_error.hpp>

#include <algorithm>

namespace annals::projections {
namespace {

using libpq::array;

auto as_bytes(const std::string& text) -> pqxx::bytes_view
{
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

auto quoted(const std::string& name, char mark) -> std::string { return mark + name + mark; }

[[noreturn]] void refuse_to_read_unregistered(const processors::processor_id& id)
{
    throw eventstore::mismatch(
        to_string(id) + " is not registered in this database: start a worker of the program that has this view");
}

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
    libpq::check_encoding(tx);
    const auto found = [&] {
        try {
            return tx.exec("select (select state::text from " + table_
                               + " where key = $1) from annals.projections "
                                 "where name = $2 and version = $3 and (live or kept_until is not null)",
                           pqxx::params{key, of_.name, of_.version});
        } catch (const pqxx::undefined_table&) {
            refuse_to_read_unregistered(of_);
        }
    }();
    if (found.empty()) refuse_to_read(tx, of_);
    return found[0][0].as<std::optional<std::string>>();
}

void refuse_to_read(pqxx::transaction_base& tx, const processors::processor_id& id)
{
    const auto registered =
        tx.query_value<bool>("select exists (select from annals.projections where name = $1 and version = $2)",
                             pqxx::params{id.name, id.version});
    if (!registered) refuse_to_read_unregistered(id);
    const auto live = tx.query_value<std::optional<int>>(
        "select max(version) from annals.projections where name = $1 and live", pqxx::params{id.name});
    if (!live) throw eventstore::mismatch("no version of " + id.name + " is live");
    const auto other = "version " + std::to_string(*live) + " is live";
    throw eventstore::mismatch(
        to_string(id)
        + (*live < id.version ? " waits for a rebuild: " + other + " until then"
                              : " is not kept up to date any more: " + other + ". Run the program that knows it"));
}

void check_live(pqxx::transaction_base& tx, const processors::processor_id& id)
{
    const auto is_live =
        tx.query_value<bool>("select exists (select from annals.projections where name = $1 and version = $2 "
                             "and (live or kept_until is not null))",
                             pqxx::params{id.name, id.version});
    if (!is_live) refuse_to_read(tx, id);
}

namespace {

/// The values of fields, each in its column.
auto columns_of_state(const std::vector<view_column>&) -> std::string;

/// The parameters of the selection and, behind them, those that annals adds.
auto parameters_of(const row_selection& wanted, const std::string& view) -> pqxx::params
{
    const auto named = std::max(wanted.where.parameters(), wanted.order_by.parameters());
    const auto given = static_cast<int>(wanted.parameters.size());
    if (named != given)
        throw eventstore::invalid_request("read." + view + ": the condition and the order name " + std::to_string(named)
                                          + " parameters, but there are " + std::to_string(given) + " values");
    if (wanted.after_key && !(wanted.order_by.empty() && wanted.offset == 0))
        throw eventstore::invalid_request("read." + view
                                          + ": after_key gives pages in the order of keys: leave out order_by and "
                                            "offset, or use offset without it");
    pqxx::params all;
    all.append(wanted.parameters);
    if (wanted.after_key) all.append(*wanted.after_key);
    return all;
}

/// The numbers after `limit` and `offset` are the only values in it.
auto statement_of(const row_selection& wanted, const std::string& rows) -> std::string
{
    std::string conditions;
    if (!wanted.where.empty()) conditions = " where (" + std::string(wanted.where.text()) + "\n)";
    if (wanted.after_key)
        conditions +=
            (conditions.empty() ? " where key > $" : " and key > $") + std::to_string(wanted.parameters.size() + 1);
    auto sql = R"(select key, "the state"::text, version, (extract(epoch from changed_at) * 1000000)::bigint from )"
               + rows + conditions + " order by ";
    if (!wanted.order_by.empty()) sql += std::string(wanted.order_by.text()) + "\n, ";
    sql += "key";
    if (wanted.limit) sql += " limit " + std::to_string(*wanted.limit);
    if (wanted.offset != 0) sql += " offset " + std::to_string(wanted.offset);
    return sql;
}

/// Refused for what the caller wrote, and not for rights, time or a lost session.
auto blames_selection(const pqxx::sql_error& refused) -> bool
{
    const auto state = processors::sqlstate_of(refused);
    return state.starts_with("22") || (state.starts_with("42") && state != "42501");
}

}  // namespace

auto view_rows::select(pqxx::transaction_base& tx, const std::vector<view_column>& columns,
                       const row_selection& wanted) const -> std::vector<std::pair<std::string, view_row>>
{
    libpq::check_encoding(tx);
    const auto parameters = parameters_of(wanted, of_.name);
    check_live(tx, of_);
    const auto rows = "(select key, version, changed_at, state as \"the state\"" + columns_of_state(columns) + " from "
                      + table_ + ") as " + quoted(of_.name, '"');
    std::vector<std::pair<std::string, view_row>> found;
    try {
        for (const auto& row : tx.exec(statement_of(wanted, rows), parameters))
            found.emplace_back(
                row[0].as<std::string>(),
                view_row{.state = row[1].as<std::string>(),
                         .version = {row[2].as<std::int64_t>()},
                         .changed_at = eventstore::timestamp(std::chrono::microseconds{row[3].as<std::int64_t>()})});
    } catch (const pqxx::sql_error& refused) {
        if (!blames_selection(refused)) throw;
        throw eventstore::invalid_request("read." + of_.name + ": " + words_of(refused));
    }
    return found;
}

namespace {

/// A field's value in its column. PostgreSQL has no year 0000: it calls it 1 BC.
auto column_of(const view_column& column) -> std::string
{
    const auto member = "state" + std::string(column.type == "jsonb" ? " -> " : " ->> ") + quoted(column.name, '\'');
    if (column.type != "timestamptz" && column.type != "date") return "(" + member + ")::" + column.type;
    return "(case left(" + member + ", 4) when '0000' then '0001' || substr(" + member + ", 5) || ' BC' else " + member
           + " end)::" + column.type;
}

auto columns_of_state(const std::vector<view_column>& columns) -> std::string
{
    std::string sql;
    for (const auto& column : columns) sql += ", " + column_of(column) + " as " + quoted(column.name, '"');
    return sql;
}

}  // namespace

auto creation_of_view(const std::string& projection, const std::vector<view_column>& columns) -> std::string
{
    auto sql = std::string("create table _rows (key text collate \"C\" primary key, version bigint not null, "
                           "changed_at timestamptz not null, state jsonb not null) with (fillfactor = 80);\n");
    return sql + "create view " + projection + " as select key, version, changed_at" + columns_of_state(columns)
           + " from _rows;\n";
}

}  // namespace annals::projections
