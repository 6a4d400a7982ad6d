// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/comparison.hpp>

#include <annals/projections/rebuild/comparison_query.hpp>
#include <annals/projections/rebuild/table_pair.hpp>

#include <algorithm>
#include <optional>

namespace annals::projections::rebuild {
namespace {

auto names_of(const std::vector<paired_column>& columns) -> std::vector<std::string>
{
    std::vector<std::string> names;
    for (const auto& one : columns) names.push_back(one.name);
    return names;
}

/// The candidate's columns, when all of them can be compared.
auto columns_of_key(const key_candidate& candidate, const std::vector<paired_column>& both)
    -> std::optional<std::vector<paired_column>>
{
    std::vector<paired_column> columns;
    for (const auto& name : candidate.columns) {
        const auto found = std::ranges::find(both, name, &paired_column::name);
        if (found == both.end()) return std::nullopt;
        columns.push_back(*found);
    }
    return columns;
}

auto is_unique(pqxx::transaction_base& tx, const std::string& table, const std::vector<paired_column>& columns) -> bool
{
    return tx.query_value<bool>(uniqueness_query(tx, table, columns));
}

auto find_key(pqxx::transaction_base& tx, const relation_pair& pair, const compared_tables& of)
    -> std::vector<paired_column>
{
    for (const auto& candidate : key_candidates(tx, pair))
        if (const auto columns = columns_of_key(candidate, of.columns))
            if ((candidate.is_proven_in_old || is_unique(tx, of.old_table, *columns))
                && (candidate.is_proven_in_new || is_unique(tx, of.new_table, *columns)))
                return *columns;
    return {};
}

/// What has no such letter was changed.
auto kind_from(std::string_view letter) -> row_difference::difference_kind
{
    using enum row_difference::difference_kind;
    return letter == "m" ? missing : letter == "a" ? added : changed;
}

/// The counts are the same in all rows; without a difference there is one row with nothing else.
void take(const pqxx::result& rows, table_comparison& to)
{
    for (const auto& row : rows) {
        to.rows_old = row[0].as<std::int64_t>();
        to.missing = row[1].as<std::int64_t>();
        to.added = row[2].as<std::int64_t>();
        to.changed = row[3].as<std::int64_t>();
        if (row[4].is_null()) continue;
        to.first.push_back({kind_from(row[4].view()), row[5].as<std::string>(""), row[6].as<std::string>(""),
                            row[7].as<std::string>(""), row[8].as<std::int64_t>()});
    }
    to.rows_new = to.rows_old - to.missing + to.added;
}

auto compare_tables(pqxx::transaction_base& tx, const comparison_request& request, const relation_pair& pair)
    -> table_comparison
{
    auto columns = columns_of(tx, pair);
    const auto table_in = [&](const std::string& schema) {
        return tx.quote_name(schema) + "." + tx.quote_name(pair.name);
    };
    compared_tables of{table_in(request.old_schema), table_in(request.new_schema), std::move(columns.both), {}};
    of.key = find_key(tx, pair, of);
    table_comparison found;
    found.table = pair.name;
    found.key = names_of(of.key);
    found.compared = names_of(of.columns);
    found.only_old = std::move(columns.only_old);
    found.only_new = std::move(columns.only_new);
    const auto limit = static_cast<std::int64_t>(request.differences_max);
    take(tx.exec(comparison_query(tx, of), pqxx::params{limit}), found);
    return found;
}

}  // namespace

auto comparison::equal() const -> bool
{
    return only_old.empty() && only_new.empty()
           && std::ranges::all_of(tables, [](const table_comparison& one) { return one.equal(); });
}

auto compare(pqxx::transaction_base& tx, const comparison_request& request,
             const std::function<void(const std::string& table)>& before) -> comparison
{
    const auto* const kinds = request.which == which_tables::all ? "{r,p}" : "{r,p,v,m}";
    comparison all;
    for (const auto& pair : relations_of(tx, request.old_schema, request.new_schema, kinds)) {
        if (request.which == which_tables::shown && pair.name.starts_with('_')) continue;
        if (pair.old_id == 0 || pair.new_id == 0) {
            (pair.new_id == 0 ? all.only_old : all.only_new).push_back(pair.name);
            continue;
        }
        if (before) before(pair.name);
        all.tables.push_back(compare_tables(tx, request, pair));
    }
    return all;
}

}  // namespace annals::projections::rebuild
