// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/comparison_query.hpp>

#include <algorithm>
#include <cstddef>
#include <ranges>

namespace annals::projections::rebuild {
namespace {

/// The rows that differ are kept: they are few, or only their numbers matter.
constexpr auto counts_and_first = R"sql(
), counted as (
    select coalesce(sum(times) filter (where kind = 'm'), 0)::bigint as missing,
           coalesce(sum(times) filter (where kind = 'a'), 0)::bigint as added,
           coalesce(sum(times) filter (where kind = 'c'), 0)::bigint as changed
    from different
), told as (
    select row_number() over () as place, kind, times, key, in_old, in_new from first cross join lateral (
        select '{' || string_agg(to_json(name) || ':' || coalesce(in_old::text, in_new::text, 'null'), ','
                                 order by key_place) filter (where key_place > 0) || '}' as key,
               '{' || string_agg(to_json(name) || ':' || coalesce(in_old::text, 'null'), ',' order by number)
                      filter (where differs and kind <> 'a') || '}' as in_old,
               '{' || string_agg(to_json(name) || ':' || coalesce(in_new::text, 'null'), ',' order by number)
                      filter (where differs and kind <> 'm') || '}' as in_new
        from (values (0, '', 0, false, null::json, null::json))sql";

auto numbered(std::string_view letter, std::size_t column) { return std::string(letter) + std::to_string(column); }

/// A column's value in the form in which it is compared. What comes from an author's type is made by the type's
/// output function: casts may be functions of the author.
auto compared_value(pqxx::transaction_base& tx, const paired_column& column) -> std::string
{
    const auto name = tx.quote_name(column.name);
    switch (column.by) {
        case paired_column::comparing::values:
            return name + (column.base_type.empty() ? "" : "::" + column.base_type)
                   + (column.has_collation ? R"( collate "C")" : "");
        case paired_column::comparing::texts: return name + R"(::text collate "C")";
        case paired_column::comparing::outputs: break;
    }
    return "(case when row(" + name + ")::text <> '()' then format('%s', " + name + R"() end) collate "C")";
}

/// The rows of one table: c1, c2 and so on, behind something else.
auto side(pqxx::transaction_base& tx, const std::string& first, const std::vector<paired_column>& columns,
          const std::string& table) -> std::string
{
    auto sql = "select " + first;
    for (std::size_t i = 0; i < columns.size(); ++i)
        sql += ", " + compared_value(tx, columns[i]) + " as " + numbered("c", i);
    return sql + " from " + table;
}

/// One for each column, with something between them.
template <class One>
auto joined(const std::vector<std::size_t>& columns, std::string_view between, One one) -> std::string
{
    std::string sql;
    for (const auto i : columns) sql += (sql.empty() ? "" : std::string(between)) + one(i);
    return sql;
}

/// From 1 on; 0: the column is not in the key.
auto place_in_key(const compared_tables& of, std::size_t column) -> std::ptrdiff_t
{
    const auto found = std::ranges::find(of.key, of.columns[column].name, &paired_column::name);
    return found == of.key.end() ? 0 : found - of.key.begin() + 1;
}

/// The numbers of the columns of the key, in its order.
auto places_of_key(const compared_tables& of) -> std::vector<std::size_t>
{
    std::vector<std::size_t> places;
    for (const auto& one : of.key)
        places.push_back(static_cast<std::size_t>(std::ranges::find(of.columns, one.name, &paired_column::name)
                                                  - of.columns.begin()));
    return places;
}

auto all_places(const compared_tables& of) -> std::vector<std::size_t>
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < of.columns.size(); ++i) places.push_back(i);
    return places;
}

/// different(kind, times, o0, o1, …, n0, n1, …): rows of the full join on the key.
auto different_by_key(pqxx::transaction_base& tx, const compared_tables& of, const std::vector<std::size_t>& key)
    -> std::string
{
    const auto columns = all_places(of);
    std::string sql = "select case when n.here is null then 'm' when o.here is null then 'a' else 'c' end as kind, "
                      "1::bigint as times";
    for (const auto i : columns) sql += ", o." + numbered("c", i) + " as " + numbered("o", i);
    for (const auto i : columns) sql += ", n." + numbered("c", i) + " as " + numbered("n", i);
    sql += " from (" + side(tx, "true as here", of.columns, of.old_table) + ") o full join ("
           + side(tx, "true as here", of.columns, of.new_table) + ") n on ";
    sql += joined(key, " and ", [](std::size_t i) { return "o." + numbered("c", i) + " = n." + numbered("c", i); });
    sql += " where o.here is null or n.here is null";
    for (const auto i : columns)
        if (place_in_key(of, i) == 0) sql += " or o." + numbered("c", i) + " is distinct from n." + numbered("c", i);
    return sql;
}

/// The same for rows without a key: one row for all that are equal.
auto different_by_count(pqxx::transaction_base& tx, const compared_tables& of) -> std::string
{
    const auto columns = all_places(of);
    std::string sql = "select case when sum(surplus) > 0 then 'm' else 'a' end as kind, abs(sum(surplus)) as times";
    for (const auto* letter : {"o", "n"})
        for (const auto i : columns) sql += ", " + numbered("c", i) + " as " + numbered(letter, i);
    sql += " from (" + side(tx, "1 as surplus", of.columns, of.old_table) + " union all "
           + side(tx, "-1 as surplus", of.columns, of.new_table) + ") both_tables group by ";
    sql += columns.empty() ? "()" : joined(columns, ", ", [](std::size_t i) { return numbered("c", i); });
    return sql + " having sum(surplus) <> 0";
}

/// A row of the list of values of `counts_and_first`.
auto told_column(pqxx::transaction_base& tx, const compared_tables& of, std::size_t i) -> std::string
{
    const auto as_json = [&](const std::string& value) {
        return of.columns[i].is_json ? value + "::json" : "to_json(" + value + ")";
    };
    const auto in_old = numbered("o", i), in_new = numbered("n", i);
    return ", (" + std::to_string(i + 1) + ", " + tx.quote(of.columns[i].name) + ", "
           + std::to_string(place_in_key(of, i)) + ", kind <> 'c' or " + in_old + " is distinct from " + in_new + ", "
           + as_json(in_old) + ", " + as_json(in_new) + ")";
}

}  // namespace

auto uniqueness_query(pqxx::transaction_base& tx, const std::string& table, const std::vector<paired_column>& columns)
    -> std::string
{
    std::string groups, nulls;
    for (const auto& one : columns) {
        const auto value = compared_value(tx, one);
        groups += (groups.empty() ? "" : ", ") + value;
        nulls += " or bool_or((" + value + ") is null)";
    }
    return "select not exists (select from " + table + " group by " + groups + " having count(*) > 1" + nulls + ")";
}

auto comparison_query(pqxx::transaction_base& tx, const compared_tables& of) -> std::string
{
    const auto key = places_of_key(of);
    const auto order = joined(key.empty() ? all_places(of) : key, ", ", [](std::size_t i) {
        return "case when kind = 'a' then " + numbered("n", i) + " else " + numbered("o", i) + " end";
    });
    auto sql = "with different as materialized ("
               + (key.empty() ? different_by_count(tx, of) : different_by_key(tx, of, key))
               + "), first as (select * from different" + (order.empty() ? "" : " order by " + order) + " limit $1"
               + counts_and_first;
    for (const auto i : all_places(of)) sql += told_column(tx, of, i);
    return sql
           + ") v(number, name, key_place, differs, in_old, in_new)) texts) "
             "select (select count(*) from "
           + of.old_table
           + "), missing, added, changed, kind, key, in_old, in_new, times "
             "from counted left join told on true order by place";
}

}  // namespace annals::projections::rebuild
