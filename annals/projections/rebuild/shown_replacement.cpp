// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/shown_replacement.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/projections/shown_views.hpp>

#include <algorithm>
#include <vector>

namespace annals::projections::rebuild {
namespace {

/// Statements that give a new view the owner and the privileges of this one, each with the column that it concerns. A
/// new view may have been given other privileges by default.
constexpr auto select_rights = R"sql(
    with shown as (select oid, relname, relowner, coalesce(relacl, acldefault('r', relowner)) as acl from pg_class
                   where relnamespace = 'read'::regnamespace and relname = $1),
    given as (
        select relname, ''::name as attname, rights.* from shown, aclexplode(acl) rights
        union all
        select relname, attname, rights.* from shown join pg_attribute on attrelid = oid and not attisdropped,
               aclexplode(attacl) rights
    )
    select '', format('alter view read.%I owner to %I', relname, rolname)
    from shown join pg_roles r on r.oid = relowner
    union all
    select attname, format('grant %s%s on read.%I to %s%s', privilege_type,
                           case when attname <> '' then format(' (%I)', attname) end, relname,
                           case when grantee = 0 then 'public' else quote_ident(rolname) end,
                           case when is_grantable then ' with grant option' end)
    from given left join pg_roles r on r.oid = grantee where grantee = 0 or rolname is not null
)sql";

constexpr auto select_default_grants = R"sql(
    select distinct format('revoke all on read.%I from %s', relname,
                           case when grantee = 0 then 'public' else quote_ident(rolname) end)
    from pg_class, aclexplode(relacl) left join pg_roles r on r.oid = grantee
    where relnamespace = 'read'::regnamespace and relname = $1 and (grantee = 0 or rolname is not null)
)sql";

struct right {
    std::string column;                      ///< empty: it concerns the view
    std::string statement;
};

auto rights_of(pqxx::transaction_base& tx, const std::string& name) -> std::vector<right>
{
    std::vector<right> all;
    for (const auto& [column, statement] : tx.query<std::string, std::string>(select_rights, pqxx::params{name}))
        all.push_back({column, statement});
    return all;
}

auto has_column(pqxx::transaction_base& tx, const std::string& view, const std::string& column) -> bool
{
    return tx.query_value<bool>("select exists (select from pg_attribute where attrelid = $1::regclass and "
                                "attname = $2 and not attisdropped)",
                                pqxx::params{view, column});
}

void give(pqxx::transaction_base& tx, const std::vector<right>& rights, const std::string& name)
{
    std::vector<std::string> revocations;
    for (const auto& [statement] : tx.query<std::string>(select_default_grants, pqxx::params{name}))
        revocations.push_back(statement);
    for (const auto& statement : revocations) tx.exec(statement);
    for (const auto& [column, statement] : rights)
        if (column.empty() || has_column(tx, shown_views::name_of(tx, name), column)) tx.exec(statement);
}

/// Nobody can make something that depends on a view while it is locked. To give it to its owner is to lock it.
void lock(pqxx::transaction_base& tx, const std::vector<std::string>& names)
{
    for (const auto& name : names)
        tx.exec(tx.query_value<std::string>("select format('alter view read.%I owner to %I', relname, rolname) "
                                            "from pg_class c join pg_roles r on r.oid = relowner "
                                            "where relnamespace = 'read'::regnamespace and relname = $1",
                                            pqxx::params{name}));
}

void check_all_listed(pqxx::transaction_base& tx, const shown_change& change)
{
    for (const auto& one : dependents_of(tx, dropped_names(change)))
        if (std::ranges::find(change.dependents, one) == change.dependents.end())
            throw eventstore::invalid_request("the " + one.kind + " " + one.name + " depends on read." + one.on
                                              + " and was not listed: look again at what would be dropped");
}

void drop(pqxx::transaction_base& tx, const shown_change& change, on_dependents how)
{
    const auto names = dropped_names(change);
    if (names.empty()) return;
    if (how == on_dependents::drop) {
        lock(tx, names);
        check_all_listed(tx, change);
    }
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + shown_views::name_of(tx, name);
    tx.exec("drop view " + list + (how == on_dependents::drop ? " cascade" : ""));
}

}  // namespace

void replace_shown(pqxx::transaction_base& tx, const shown_change& change, const std::string& new_schema,
                   on_dependents how)
{
    std::vector<std::vector<right>> rights;
    for (const auto& one : change.replaced) rights.push_back(rights_of(tx, one.name));
    drop(tx, change, how);
    for (std::size_t i = 0; i < rights.size(); ++i) {
        const auto& name = change.replaced[i].name;
        shown_views::create(tx, new_schema, name);
        give(tx, rights[i], name);
    }
    for (const auto& name : change.added) shown_views::create(tx, new_schema, name);
    for (const auto& name : change.kept) shown_views::replace(tx, new_schema, name);
}

}  // namespace annals::projections::rebuild
