// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/schema.hpp>

#include <annals/projections/ownership.hpp>
#include <annals/projections/sql/batch.hpp>
#include <annals/projections/sql/server_error.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_scan.hpp>
#include <annals/projections/sql/trial.hpp>

namespace annals::projections::schema {
namespace {

auto block_name(std::size_t block) -> std::string { return "block_" + std::to_string(block + 1); }

void run_creation(pqxx::dbtransaction& tx, const definition& what, const confined_schema& in)
{
    if (!has_statement(what.creation.text)) return;
    const std::string function = "creation";
    const auto body = "begin execute " + dollar_quoted(what.creation.text) + "; end";
    declare(tx, in, {.name = function, .body = body, .is_called_once = true});
    hand_over(tx, in, function);
    try {
        call(tx, in.name + "." + function);
    } catch (const pqxx::sql_error& problem) {
        report(problem, server_step::creating, what.file, what.creation);
    }
    if (!in.is_trial) tx.exec("drop function " + in.name + "." + function + "()");
}

void declare_block(pqxx::dbtransaction& tx, const definition& what, const confined_schema& in, std::size_t block)
{
    const auto& statements = what.blocks[block];
    try {
        replace_block(tx, in, block, statements.text);
    } catch (const pqxx::sql_error& problem) {
        report(problem, server_step::declaring_block, what.file, statements);
    }
    hand_over(tx, in, block_name(block));
}

void open_schema(pqxx::transaction_base& tx, const std::string& name)
{
    tx.exec("grant usage on schema " + name + " to annals_owner, annals_projector, annals_reader, annals_auditor");
}

/// A projection's role writes its own rows; rows from C++ are written by the worker.
void grant_tables(pqxx::transaction_base& tx, const definition& what, const std::string& name)
{
    tx.exec("grant select on all tables in schema " + name
            + " to annals_owner, annals_projector, annals_reader, annals_auditor");
    if (what.kind == kind::sql) return;
    tx.exec("grant insert, update, delete on all tables in schema " + name + " to annals_projector");
    tx.exec("grant usage on all sequences in schema " + name + " to annals_projector");
}

/// A sequence that belongs to a column is dropped with its table.
constexpr auto changes_of_owner = R"sql(
    select format('alter table %s owner to %I', c.oid::regclass, $2::text) from pg_class c
    where relnamespace = to_regnamespace($1) and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and not exists (select from pg_depend where objid = c.oid and classid = 'pg_class'::regclass
                                              and deptype in ('a', 'i') and refclassid = 'pg_class'::regclass)
    union all
    select format('alter routine %s owner to %I', oid::regprocedure, $2::text) from pg_proc
    where pronamespace = to_regnamespace($1)
    union all
    select format('alter type %s owner to %I', oid::regtype, $2::text) from pg_type
    where typnamespace = to_regnamespace($1) and (typtype in ('e', 'd', 'r')
          or (typtype = 'c' and exists (select from pg_class c where c.oid = typrelid and relkind = 'c')))
)sql";

auto names(pqxx::transaction_base& tx, std::string_view schema, std::string_view kinds) -> std::vector<std::string>
{
    std::vector<std::string> found;
    for (const auto& [name] : tx.query<std::string>("select relname from pg_class where relnamespace = "
                                                    "to_regnamespace($1) and relkind = any($2::\"char\"[]) order by 1",
                                                    pqxx::params{schema, kinds}))
        found.push_back(name);
    return found;
}

auto without_hidden(std::vector<std::string> names) -> std::vector<std::string>
{
    std::erase_if(names, [](const std::string& one) { return one.starts_with('_'); });
    return names;
}

void fill(pqxx::dbtransaction& tx, const definition& what, const confined_schema& in)
{
    run_creation(tx, what, in);
    for (const auto& table : names(tx, in.name, "{r,p,v,m,f}"))
        if (table == "batch")
            throw bad_file(what.file, what.creation.line,
                           "\"batch\" is the table of the events; give this one another name");
    batch::create(tx);
    for (std::size_t block = 0; block < what.blocks.size(); ++block) declare_block(tx, what, in, block);
    for (std::size_t block = 0; block < what.blocks.size(); ++block) try_block(tx, what, in, block);
}

}  // namespace

void replace_block(pqxx::transaction_base& tx, const confined_schema& in, std::size_t block,
                   const std::string& statements)
{
    declare(tx, in, {.name = block_name(block), .body = "begin\n" + closed_by_semicolon(statements) + "\nend"});
}

void create(pqxx::dbtransaction& tx, const definition& what, const std::string& name)
{
    const confined_schema in{name, ownership::role_of(tx, original_name(what.id.name))};
    ownership::ensure_role(tx, in.role);
    tx.exec("create schema " + name + " authorization " + in.role);
    open_schema(tx, name);
    fill(tx, what, in);
    grant_tables(tx, what, name);
}

auto create_trial(pqxx::dbtransaction& tx, const definition& what) -> confined_schema
{
    auto in = open_trial(tx);
    fill(tx, what, in);
    return in;
}

void set_right(pqxx::dbtransaction& tx, const definition& what, const std::string& name)
{
    const confined_schema in{name, ownership::role_of(tx, original_name(what.id.name))};
    ownership::ensure_role(tx, in.role);
    tx.exec("alter schema " + name + " owner to " + in.role);
    for (const auto& [change] : tx.query<std::string>(changes_of_owner, pqxx::params{name, in.role})) tx.exec(change);
    open_schema(tx, name);
    for (std::size_t block = 0; block < what.blocks.size(); ++block) declare_block(tx, what, in, block);
    grant_tables(tx, what, name);
}

auto shown_names(pqxx::transaction_base& tx, std::string_view name) -> std::vector<std::string>
{
    return without_hidden(names(tx, name, "{r,p,v,m}"));
}

auto shown_views(pqxx::transaction_base& tx, std::string_view name) -> std::vector<std::string>
{
    return without_hidden(names(tx, name, "{v}"));
}

auto tables(pqxx::transaction_base& tx, std::string_view name) -> std::vector<std::string>
{
    return names(tx, name, "{r,p}");
}

}  // namespace annals::projections::schema
