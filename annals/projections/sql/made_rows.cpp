// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/made_rows.hpp>

#include <annals/eventstore/json.hpp>
#include <annals/projections/schema.hpp>

namespace annals::projections {
namespace {

using eventstore::json;

constexpr auto select_columns = "select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and "
                                "not attisdropped order by attnum limit 50";

/// The trial's role reads them, since a row may run its author's SQL when it is read, such as a cast.
auto ask(pqxx::transaction_base& tx, const confined_schema& in, const std::string& query) -> json
{
    declare(tx, in, {.name = "annals_made", .body = "begin return (" + query + "); end", .result = "text"});
    return json::parse(call(tx, in.name + ".annals_made"));
}

auto made_table_of(pqxx::transaction_base& tx, const confined_schema& in, const std::string& name, std::size_t rows_max)
    -> made_table
{
    made_table made{.name = name, .columns = {}, .rows = 0, .first = {}};
    const auto table = in.name + "." + tx.quote_name(name);
    std::string values;
    for (const auto& [column] : tx.query<std::string>(select_columns, pqxx::params{table})) {
        made.columns.push_back(column);
        values += (values.empty() ? "t." : ", t.") + tx.quote_name(column) + "::text";
    }
    made.rows = ask(tx, in, "select count(*)::text from " + table).get<std::int64_t>();
    const auto rows = ask(tx, in,
                          "select coalesce(json_agg(json_build_array(" + values + ")), '[]')::text from (select * from "
                              + table + " limit " + std::to_string(rows_max) + ") t");
    for (const auto& row : rows) {
        auto& cells = made.first.emplace_back();
        for (const auto& value : row)
            cells.push_back(value.is_null() ? std::nullopt : std::optional(value.get<std::string>()));
    }
    return made;
}

}  // namespace

auto made_tables(pqxx::transaction_base& tx, const confined_schema& in, std::size_t rows_max) -> std::vector<made_table>
{
    std::vector<made_table> all;
    for (const auto& name : schema::tables(tx, in.name))
        if (!name.starts_with('_')) all.push_back(made_table_of(tx, in, name, rows_max));
    return all;
}

}  // namespace annals::projections
