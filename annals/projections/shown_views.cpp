// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/shown_views.hpp>

#include <vector>

namespace annals::projections::shown_views {
namespace {

/// Gives a view the comments of its table and of the columns, and takes away those that are not the table's.
constexpr auto changes_of_comments = R"sql(
    with comment as (
        select nspname, relname, coalesce(attname, '') as attname, description
        from pg_description join pg_class c on c.oid = objoid join pg_namespace n on n.oid = relnamespace
        left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0
        where classoid = 'pg_class'::regclass and nspname in ('read', $1) and relname = $2
    )
    select format('comment on %s is %L', case attname when '' then format('view read.%I', $2)
                                         else format('column read.%I.%I', $2, attname) end, given.description)
    from (select attname, description from comment where nspname = $1) given
    full join (select attname, description from comment where nspname = 'read') shown using (attname)
    where given.description is distinct from shown.description
)sql";

auto query_of(pqxx::transaction_base& tx, const std::string& schema, const std::string& table) -> std::string
{
    return "select * from " + schema + "." + tx.quote_name(table);
}

void comment(pqxx::transaction_base& tx, const std::string& schema, const std::string& table)
{
    std::vector<std::string> changes;
    for (const auto& [change] : tx.query<std::string>(changes_of_comments, pqxx::params{schema, table}))
        changes.push_back(change);
    for (const auto& change : changes) tx.exec(change);
}

}  // namespace

auto name_of(pqxx::transaction_base& tx, const std::string& table) -> std::string
{
    return "read." + tx.quote_name(table);
}

void create(pqxx::transaction_base& tx, const std::string& schema, const std::string& table)
{
    const auto view = name_of(tx, table);
    tx.exec("create view " + view + " as " + query_of(tx, schema, table));
    comment(tx, schema, table);
    open_to_readers(tx, view);
}

void replace(pqxx::transaction_base& tx, const std::string& schema, const std::string& table)
{
    tx.exec("create or replace view " + name_of(tx, table) + " as " + query_of(tx, schema, table));
    comment(tx, schema, table);
}

void open_to_readers(pqxx::transaction_base& tx, const std::string& view)
{
    tx.exec("alter view " + view + " owner to annals_owner");
    tx.exec("grant select on " + view + " to annals_reader, annals_analyst, annals_auditor, annals_trial");
}

}  // namespace annals::projections::shown_views
