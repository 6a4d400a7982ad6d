// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/shown_views.hpp>

namespace annals::projections::shown_views {
namespace {

/// The comments on a table or view and its columns, for the view that shows it.
constexpr auto comments = R"sql(
    select format('comment on %s is %L', case objsubid when 0 then format('view read.%I', relname)
                                         else format('column read.%I.%I', relname, attname) end, description)
    from pg_description join pg_class c on c.oid = objoid
    left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0
    where classoid = 'pg_class'::regclass and c.relnamespace = to_regnamespace($1) and relname = $2
)sql";

}  // namespace

auto name_of(pqxx::transaction_base& tx, const std::string& table) -> std::string
{
    return "read." + tx.quote_name(table);
}

auto query_of(pqxx::transaction_base& tx, const std::string& schema, const std::string& table) -> std::string
{
    return "select * from " + schema + "." + tx.quote_name(table);
}

void create(pqxx::transaction_base& tx, const std::string& schema, const std::string& table)
{
    const auto view = name_of(tx, table);
    tx.exec("create view " + view + " as " + query_of(tx, schema, table));
    comment(tx, schema, table);
    open_to_readers(tx, view);
}

void comment(pqxx::transaction_base& tx, const std::string& schema, const std::string& table)
{
    for (const auto& [comment] : tx.query<std::string>(comments, pqxx::params{schema, table})) tx.exec(comment);
}

void open_to_readers(pqxx::transaction_base& tx, const std::string& view)
{
    tx.exec("alter view " + view + " owner to annals_owner");
    tx.exec("grant select on " + view + " to annals_reader, annals_analyst, annals_auditor, annals_trial");
}

}  // namespace annals::projections::shown_views
