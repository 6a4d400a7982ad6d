// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/schema.hpp>

#include <annals/projections/ownership.hpp>
#include <annals/projections/settings.hpp>
#include <annals/projections/sql/batch.hpp>
#include <annals/projections/sql/server_error.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_scan.hpp>
#include <annals/projections/sql/trial.hpp>

namespace annals::projections::schema {
namespace {

/// Quotes a text with dollars and a tag that does not occur in it.
auto dollar_quoted(const std::string& text) -> std::string
{
    for (int n = 0;; ++n) {
        const auto tag = "$annals" + std::to_string(n) + "$";
        if (!text.contains(tag)) return tag + text + tag;
    }
}

/// A function that runs as the role, sees only its schema, what analysts see, and `batch`, and computes the same in
/// every session. The body's first line is the first line of the statement, so that the server's line numbers can be
/// translated.
auto confined_function(const std::string& function, const std::string& schema, const std::string& settings,
                       const std::string& body) -> std::string
{
    return "create or replace function " + function
           + "() returns void language plpgsql security definer set search_path = " + schema + ", read, pg_temp"
           + settings + " as " + dollar_quoted("#variable_conflict error " + body);
}

void hand_over(pqxx::transaction_base& tx, const std::string& function, const std::string& role)
{
    tx.exec("revoke execute on function " + function + "() from public");
    tx.exec("grant execute on function " + function + "() to annals_projector");
    tx.exec("alter function " + function + "() owner to " + role);
}

void run_creation(pqxx::dbtransaction& tx, const definition& what, const std::string& name, const std::string& role)
{
    if (!has_statement(what.creation.text)) return;
    const auto function = name + ".creation";
    tx.exec(confined_function(function, name, settings::clauses_for_one_call(),
                              "begin execute " + dollar_quoted(what.creation.text) + "; end"));
    hand_over(tx, function, role);
    try {
        tx.exec("select " + function + "()");
    } catch (const pqxx::sql_error& problem) {
        report(problem, server_step::creating, what.file, what.creation);
    }
    tx.exec("drop function " + function + "()");
}

void declare_block(pqxx::dbtransaction& tx, const definition& what, const std::string& name, std::size_t block,
                   const std::string& role)
{
    const auto& statements = what.blocks[block];
    const auto function = block_function(name, block);
    try {
        replace_block(tx, name, block, statements.text);
    } catch (const pqxx::sql_error& problem) {
        report(problem, server_step::declaring_block, what.file, statements);
    }
    hand_over(tx, function, role);
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

}  // namespace

void replace_block(pqxx::transaction_base& tx, const std::string& name, std::size_t block,
                   const std::string& statements)
{
    const auto body = "begin\n" + closed_by_semicolon(statements) + "\nend";
    tx.exec(confined_function(block_function(name, block), name, settings::clauses(), body));
}

void create(pqxx::dbtransaction& tx, const definition& what, const std::string& name)
{
    const auto role = ownership::role_of(tx, what.id.name);
    ownership::ensure_role(tx, role);
    tx.exec("create schema " + name + " authorization " + role);
    open_schema(tx, name);
    run_creation(tx, what, name, role);
    for (const auto& table : names(tx, name, "{r,p,v,m,f}"))
        if (table == "batch")
            throw bad_file(what.file, what.creation.line,
                           "\"batch\" is the table of the events; give this one another name");
    batch::create(tx);
    for (std::size_t block = 0; block < what.blocks.size(); ++block) declare_block(tx, what, name, block, role);
    for (std::size_t block = 0; block < what.blocks.size(); ++block) try_block(tx, what, name, block);
    grant_tables(tx, what, name);
}

void set_right(pqxx::dbtransaction& tx, const definition& what, const std::string& name)
{
    const auto role = ownership::role_of(tx, what.id.name);
    ownership::ensure_role(tx, role);
    tx.exec("alter schema " + name + " owner to " + role);
    for (const auto& [change] : tx.query<std::string>(changes_of_owner, pqxx::params{name, role})) tx.exec(change);
    open_schema(tx, name);
    for (std::size_t block = 0; block < what.blocks.size(); ++block) declare_block(tx, what, name, block, role);
    grant_tables(tx, what, name);
}

auto shown_names(pqxx::transaction_base& tx, std::string_view name) -> std::vector<std::string>
{
    auto shown = names(tx, name, "{r,p,v,m}");
    std::erase_if(shown, [](const std::string& one) { return one.starts_with('_'); });
    return shown;
}

auto tables(pqxx::transaction_base& tx, std::string_view name) -> std::vector<std::string>
{
    return names(tx, name, "{r,p}");
}

}  // namespace annals::projections::schema
