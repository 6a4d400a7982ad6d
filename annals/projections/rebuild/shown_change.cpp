// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/shown_change.hpp>

#include <annals/eventstore/json.hpp>

#include <algorithm>
#include <optional>

namespace annals::projections::rebuild {
namespace {

struct shown_column {
    std::string name;
    std::string type;                        ///< with its modifier, for a message
    std::string type_id;                     ///< the same, for a comparison
    std::string collation;                   ///< empty: the type has none
};

constexpr auto select_columns = R"sql(
    select attname, format_type(atttypid, atttypmod), atttypid || ',' || atttypmod,
           coalesce((select collname from pg_collation where oid = attcollation), '')
    from pg_attribute join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
    where nspname = $1 and relname = $2 and attnum > 0 and not attisdropped
    order by attnum
)sql";

/// What `drop … cascade` would drop. A rule goes with its view, and a type with its table: so the owner of a part (an
/// internal dependency) is reached from the part, too. What depends on its table alone, such as an index, is not told.
constexpr auto select_dependents = R"sql(
    with recursive shown as (
        select relname, c.oid from pg_class c
        where relnamespace = 'read'::regnamespace and relkind = 'v'
          and relname in (select json_array_elements_text($1::json))
    ), reached(name, class, id, part, is_told) as (
        select relname, 'pg_class'::regclass::oid, oid, 0, false from shown
        union
        select * from (
            with known as (select * from reached)
            select name, classid, objid, objsubid, deptype = 'n' from known
            join pg_depend on refclassid = class and refobjid = id and (part = 0 or refobjsubid = part)
            where deptype in ('n', 'a', 'i')
            union all
            select name, refclassid, refobjid, refobjsubid, true from known
            join pg_depend on classid = class and objid = id and deptype = 'i'
        ) next
    ), told as (
        select distinct name, class, id, part from reached
        where is_told
          and not exists (select from pg_depend where classid = class and objid = id and deptype = 'i'
                                                      and (class <> 'pg_class'::regclass or part = 0))
          and (class <> 'pg_class'::regclass or id not in (select oid from shown))
    )
    select identity, type, told.name, coalesce((
        select rolname from pg_roles r where r.oid = coalesce(
            case when class = 'pg_proc'::regclass then (select proowner from pg_proc p where p.oid = id)
                 when class = 'pg_type'::regclass then (select typowner from pg_type t where t.oid = id)
                 else (select relowner from pg_class c where c.oid = coalesce(
                           case when class = 'pg_class'::regclass then id end,
                           (select ev_class from pg_rewrite w where class = 'pg_rewrite'::regclass and w.oid = id),
                           (select adrelid from pg_attrdef d where class = 'pg_attrdef'::regclass and d.oid = id),
                           (select polrelid from pg_policy p where class = 'pg_policy'::regclass and p.oid = id)))
                 end)), '')
    from told, pg_identify_object(class, id, part)
    order by told.name collate "C", identity collate "C", type
)sql";

auto columns_of(pqxx::transaction_base& tx, const std::string& schema, const std::string& name)
    -> std::vector<shown_column>
{
    std::vector<shown_column> all;
    for (const auto& [column, type, type_id, collation] :
         tx.query<std::string, std::string, std::string, std::string>(select_columns, pqxx::params{schema, name}))
        all.push_back({column, type, type_id, collation});
    return all;
}

auto has_view(pqxx::transaction_base& tx, const std::string& name) -> bool
{
    return tx.query_value<bool>("select exists (select from pg_class where relnamespace = 'read'::regnamespace and "
                                "relkind = 'v' and relname = $1)",
                                pqxx::params{name});
}

auto change_of(const shown_column& before, const std::vector<shown_column>& after) -> std::optional<std::string>
{
    const auto column = "column " + before.name;
    const auto found = std::ranges::find(after, before.name, &shown_column::name);
    if (found == after.end()) return column + " is gone";
    if (found->type_id != before.type_id) return column + " is " + found->type + ", was " + before.type;
    if (found->collation != before.collation)
        return column + " has the collation " + found->collation + ", had " + before.collation;
    return std::nullopt;
}

auto listed(const std::vector<shown_column>& columns) -> std::string
{
    std::string text;
    for (const auto& one : columns) text += (text.empty() ? "" : ", ") + one.name;
    return text;
}

/// Why a view with the columns `before` cannot be replaced in place; nothing when it can.
auto reasons_for(const std::vector<shown_column>& before, const std::vector<shown_column>& after)
    -> std::vector<std::string>
{
    std::vector<std::string> reasons;
    for (const auto& one : before)
        if (const auto reason = change_of(one, after)) reasons.push_back(*reason);
    if (!reasons.empty()
        || std::ranges::equal(before, std::vector(after.begin(), after.begin() + std::ssize(before)), {},
                              &shown_column::name, &shown_column::name))
        return reasons;
    return {"the columns are " + listed(after) + ", were " + listed(before) + ": new ones can only come last"};
}

auto is_in(const std::vector<std::string>& names, const std::string& name) -> bool
{
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

auto find_shown_change(pqxx::transaction_base& tx, const std::vector<std::string>& live_names,
                       const std::vector<std::string>& new_names, const std::string& new_schema) -> shown_change
{
    shown_change change;
    for (const auto& name : new_names) {
        if (!is_in(live_names, name) || !has_view(tx, name)) {
            change.added.push_back(name);
            continue;
        }
        auto reasons = reasons_for(columns_of(tx, "read", name), columns_of(tx, new_schema, name));
        if (reasons.empty()) change.kept.push_back(name);
        else change.replaced.push_back({name, std::move(reasons)});
    }
    for (const auto& name : live_names)
        if (!is_in(new_names, name) && has_view(tx, name)) change.gone.push_back(name);
    change.dependents = dependents_of(tx, dropped_names(change));
    return change;
}

auto dependents_of(pqxx::transaction_base& tx, const std::vector<std::string>& names) -> std::vector<dependent>
{
    std::vector<dependent> all;
    for (const auto& [name, kind, on, owner] : tx.query<std::string, std::string, std::string, std::string>(
             select_dependents, pqxx::params{eventstore::json(names).dump()}))
        all.push_back({name, kind, on, owner});
    return all;
}

auto dropped_names(const shown_change& change) -> std::vector<std::string>
{
    auto names = change.gone;
    for (const auto& one : change.replaced) names.push_back(one.name);
    return names;
}

}  // namespace annals::projections::rebuild
