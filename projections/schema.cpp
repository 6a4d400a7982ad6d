// SPDX-License-Identifier: Apache-2.0
#include <projections/schema.hpp>

#include <projections/batch.hpp>
#include <projections/server_error.hpp>
#include <projections/sql_file.hpp>
#include <projections/sql_scan.hpp>

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

/// A function that runs as the role and sees nothing but its schema, what analysts see, and `batch`.
/// The body's first line is the first line of the statement, so that the server's line numbers can be told.
auto confined_function(const std::string& function, const std::string& schema, const std::string& body) -> std::string
{
    return "create function " + function + "() returns void language plpgsql security definer set search_path = "
           + schema + ", read, pg_temp as " + dollar_quoted(body);
}

void hand_over(pqxx::transaction_base& tx, const std::string& function, const std::string& role)
{
    tx.exec("revoke execute on function " + function + "() from public");
    tx.exec("grant execute on function " + function + "() to annals_projector");
    tx.exec("alter function " + function + "() owner to " + role);
}

/// From 16 on, who creates a role is a member of it without either.
constexpr auto may_use_and_hand_over = R"(
    select pg_has_role(current_user, $1, 'usage')
       and pg_has_role(current_user, $1,
                       case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end))";

void ensure_role(pqxx::transaction_base& tx, const std::string& role)
{
    if (!tx.query_value<bool>("select exists (select from pg_roles where rolname = $1)", pqxx::params{role}))
        tx.exec("create role " + role + " nologin");
    if (!tx.query_value<bool>(may_use_and_hand_over, pqxx::params{role}))
        tx.exec("grant " + role + " to current_user");
    tx.exec("grant usage on schema read to " + role);
    tx.exec("grant select on all tables in schema read to " + role);
}

void run_creation(pqxx::dbtransaction& tx, const definition& what, const std::string& name, const std::string& role)
{
    if (!has_statement(what.creation.text)) return;
    const auto function = name + ".creation";
    tx.exec(confined_function(function, name, "begin execute " + dollar_quoted(what.creation.text) + "; end"));
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
        tx.exec(confined_function(function, name, "begin\n" + closed_by_semicolon(statements.text) + "\nend"));
    } catch (const pqxx::sql_error& problem) {
        report(problem, server_step::declaring_block, what.file, statements);
    }
    hand_over(tx, function, role);
}

/// The server looks at a block's tables and columns when it runs: here over no event, and undone again.
void try_block(pqxx::dbtransaction& tx, const definition& what, const std::string& name, std::size_t block)
{
    try {
        pqxx::subtransaction attempt(tx);
        attempt.exec("select " + block_function(name, block) + "()");
        attempt.abort();
    } catch (const pqxx::sql_error& problem) {
        report(problem, server_step::running_block, what.file, what.blocks[block]);
    }
}

/// A projection's role writes its own rows; what C++ writes is written by the worker.
void grant_tables(pqxx::transaction_base& tx, const definition& what, const std::string& name)
{
    tx.exec("grant select on all tables in schema " + name
            + " to annals_owner, annals_projector, annals_reader, annals_auditor");
    if (what.kind == kind::sql) return;
    tx.exec("grant insert, update, delete on all tables in schema " + name + " to annals_projector");
    tx.exec("grant usage on all sequences in schema " + name + " to annals_projector");
}

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

auto role_of(pqxx::transaction_base& tx, std::string_view projection) -> std::string
{
    return tx.query_value<std::string>(
        "select 'annals_p_' || oid || '_' || $1 from pg_database where datname = current_database()",
        pqxx::params{std::string(projection)});
}

void create(pqxx::dbtransaction& tx, const definition& what, const std::string& name)
{
    const auto role = role_of(tx, what.id.name);
    ensure_role(tx, role);
    tx.exec("create schema " + name + " authorization " + role);
    tx.exec("grant usage on schema " + name + " to annals_owner, annals_projector, annals_reader, annals_auditor");
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
