// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/table_pair.hpp>

#include <annals/eventstore/json.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>

namespace annals::projections::rebuild {
namespace {

constexpr auto select_relations = R"sql(
    with relation as (
        select relname, nspname, c.oid from pg_class c join pg_namespace n on n.oid = relnamespace
        where nspname in ($1, $2) and relkind = any($3::"char"[]) and not relispartition
    )
    select relname, coalesce(max(oid::bigint) filter (where nspname = $1), 0),
           coalesce(max(oid::bigint) filter (where nspname = $2), 0)
    from relation group by relname order by relname
)sql";

/// Types of PostgreSQL whose operator `=` tells equal values, and arrays of them. Not so: `=` of two boxes compares
/// areas. A type of the schemas themselves has a twin of the same name.
constexpr auto select_columns = R"sql(
    with recursive domain(id, base) as (
        select oid, typbasetype from pg_type where typtype = 'd'
        union all
        select id, typbasetype from domain join pg_type on oid = base where typtype = 'd'
    ), of_postgres as (
        select oid, typname, typelem, typcategory, typcategory in ('B', 'D', 'I', 'N', 'R', 'S', 'T', 'V')
               or typname in ('bytea', 'jsonb', 'uuid') as has_equality
        from pg_type where typnamespace = 'pg_catalog'::regnamespace
    ), described as (
        select attrelid::bigint as of, attname as name, attnum as place, atttypid, atttypmod, type.typname,
               type.typnamespace = relnamespace as is_own, attcollation <> 0 as has_collation,
               case when value.has_equality or value.typcategory = 'A' and element.has_equality then 'values'
                    when value.oid = type.oid then 'texts' else 'outputs' end as by,
               case when value.oid <> type.oid then format_type(value.oid, null) else '' end as base_type,
               type.oid = 'json'::regtype as is_json
        from pg_attribute join pg_class relation on relation.oid = attrelid join pg_type type on type.oid = atttypid
        left join (domain join pg_type last on last.oid = base and last.typtype <> 'd') on id = type.oid
        left join of_postgres value on value.oid = coalesce(base, type.oid)
        left join of_postgres element on element.oid = value.typelem
        where attrelid in ($1, $2) and attnum > 0 and not attisdropped
    )
    select name, o.of is not null, n.of is not null,
           o.atttypmod = n.atttypmod
           and (o.atttypid = n.atttypid or (o.is_own and n.is_own and o.typname = n.typname)) as is_same,
           case when o.by = n.by and o.base_type = n.base_type then o.by else 'outputs' end, o.base_type,
           o.has_collation, o.is_json
    from (select * from described where of = $1) o full join (select * from described where of = $2) n using (name)
    order by o.place, n.place
)sql";

/// Unique indexes of a table, or of the tables behind a view: an array of names a row.
constexpr auto select_keys = R"sql(
    with recursive behind(id) as (
        select $1::oid
        union
        select refobjid from behind join pg_rewrite on ev_class = id
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = pg_rewrite.oid
                            and d.refclassid = 'pg_class'::regclass
    )
    select json_agg(attname order by place)::text, indisprimary,
           id = $1::oid and bool_and(attnotnull) and c.relkind in ('r', 'p')
    from behind join pg_class c on c.oid = id join pg_index i on indrelid = id
    cross join lateral unnest(indkey::int2[]) with ordinality as part(number, place)
    join pg_attribute on attrelid = id and attnum = number
    where indisunique and indisvalid and indpred is null and indexprs is null and place <= indnkeyatts
    group by i.indexrelid, indisprimary, id, c.relkind order by i.indexrelid
)sql";

auto comparing_from(std::string_view word) -> paired_column::comparing
{
    using enum paired_column::comparing;
    return word == "values" ? values : word == "texts" ? texts : outputs;
}

struct unique_columns {
    std::vector<std::string> columns;
    bool is_primary = false, is_proven = false;
};

auto keys_of(pqxx::transaction_base& tx, std::int64_t relation) -> std::vector<unique_columns>
{
    std::vector<unique_columns> all;
    for (const auto& [names, is_primary, is_proven] :
         tx.query<std::string, bool, bool>(select_keys, pqxx::params{relation}))
        all.push_back({eventstore::json::parse(names), is_primary, is_proven});
    return all;
}

auto candidate_for(std::vector<key_candidate>& all, const std::vector<std::string>& columns) -> key_candidate&
{
    const auto is_same = [&](const key_candidate& one) { return std::ranges::is_permutation(one.columns, columns); };
    if (const auto found = std::ranges::find_if(all, is_same); found != all.end()) return *found;
    return all.emplace_back(key_candidate{.columns = columns});
}

}  // namespace

auto relations_of(pqxx::transaction_base& tx, const std::string& old_schema, const std::string& new_schema,
                  const std::string& kinds) -> std::vector<relation_pair>
{
    std::vector<relation_pair> all;
    for (const auto& [name, old_id, new_id] : tx.query<std::string, std::int64_t, std::int64_t>(
             select_relations, pqxx::params{old_schema, new_schema, kinds}))
        all.push_back({name, old_id, new_id});
    return all;
}

auto columns_of(pqxx::transaction_base& tx, const relation_pair& of) -> column_pairs
{
    column_pairs all;
    for (const auto& row : tx.exec(select_columns, pqxx::params{of.old_id, of.new_id})) {
        const auto name = row[0].as<std::string>();
        if (row[3].as<std::optional<bool>>().value_or(false)) {
            const auto by = comparing_from(row[4].view());
            const auto base = by == paired_column::comparing::values ? row[5].as<std::string>() : std::string();
            all.both.push_back({name, by, base, row[6].as<bool>(), row[7].as<bool>()});
            continue;
        }
        if (row[1].as<bool>()) all.only_old.push_back(name);
        if (row[2].as<bool>()) all.only_new.push_back(name);
    }
    return all;
}

auto key_candidates(pqxx::transaction_base& tx, const relation_pair& of) -> std::vector<key_candidate>
{
    std::vector<key_candidate> all;
    for (const bool is_old : {true, false})
        for (const auto& key : keys_of(tx, is_old ? of.old_id : of.new_id)) {
            auto& candidate = candidate_for(all, key.columns);
            candidate.is_primary = candidate.is_primary || key.is_primary;
            auto& is_proven = is_old ? candidate.is_proven_in_old : candidate.is_proven_in_new;
            is_proven = is_proven || key.is_proven;
        }
    std::ranges::stable_sort(all, {}, [](const key_candidate& one) {
        return std::tuple(!one.is_proven_in_old + !one.is_proven_in_new, !one.is_primary, one.columns.size());
    });
    return all;
}

}  // namespace annals::projections::rebuild
