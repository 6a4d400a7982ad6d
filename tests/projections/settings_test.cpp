// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <annals/projections/table/table.hpp>
#include <tests/projections/support/cards.hpp>
#include <tests/projections/support/events.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace annals;

namespace {

/// Everything that a session may read, write or understand in its own way.
const std::string everything = R"(-- projection: seen
-- version: 1
-- categories: sample
create table seen (what text primary key, value text);
create table _at_creation as
select '03/04/2026'::date as day, '2026-01-01 00:00'::timestamptz as midnight, 'a\nb'::text as text,
       '2026-07-01 12:00 EST'::timestamptz as abbreviated;
-- apply: *
insert into seen
select 'day', (occurred_at::date)::text from batch union all
select 'time', occurred_at::text from batch union all
select 'day and month', ('03/04/2026'::date)::text union all
select 'span', (interval '1 day 2 hours -3 minutes')::text union all
select 'bytes', '\xdead'::bytea::text union all
select 'float', (0.1::float8 + 0.2)::text union all
select 'number', to_char(1234.5, 'L9G999D9') union all
select 'backslash', 'a\nb' union all
select 'null element', (('{NULL}'::text[])[1] is null)::text union all
select 'name', quote_ident('plain') union all
select 'words', to_tsvector('the cats')::text union all
select 'abbreviation', ('2026-07-01 12:00 EST'::timestamptz)::text union all
select 'created', day || ' ' || midnight || ' ' || text || ' ' || abbreviated from _at_creation union all
select 'jit', current_setting('jit');
declare
    what text := 'of the block';
begin
    update seen set value = value || '.' where seen.what = 'day';
    if null = null then
        update seen set value = 'null equals null' where seen.what = 'day';
    end if;
end;
)";

const std::string hostile = R"(
    set jit = on; set timezone = 'Asia/Tokyo'; set datestyle = 'German, DMY'; set intervalstyle = 'sql_standard';
    set bytea_output = 'escape'; set extra_float_digits = -5; set standard_conforming_strings = off;
    set backslash_quote = on; set escape_string_warning = off; set array_nulls = off; set transform_null_equals = on;
    set quote_all_identifiers = on; set default_text_search_config = 'pg_catalog.english';
    set check_function_bodies = off; set row_security = off;
)";
/// Only at the beginning of a session: it would be too expensive to undo for every batch.
const std::string at_the_beginning = "set timezone_abbreviations = 'Australia';";

struct noted {
    static constexpr projections::header header{.projection = "noted", .version = 1, .categories = "sample"};
    static constexpr auto ddl = "create table noted (day date, text text)";
    using event = std::variant<tests::sample_created>;
    void project(const tests::sample_created&, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        tx.exec("insert into noted select $1::timestamptz::date, to_jsonb($1::timestamptz)",
                pqxx::params{eventstore::to_string(at.time())})
            .no_rows();
    }
};

/// The same settings as a default of every user of the database.
void make_default(const tests::temporary_database& database)
{
    pqxx::connection session(database.dsn());
    pqxx::nontransaction tx(session);
    const std::string instead = "alter database " + database.name() + " set ";
    std::string statements = hostile + at_the_beginning;
    for (std::size_t at = 0; (at = statements.find("set ", at)) != std::string::npos; at += instead.size())
        statements.replace(at, 4, instead);
    tx.exec(statements);
    tx.exec("alter database " + database.name() + " set plpgsql.variable_conflict = 'use_variable'");
}

auto one_event() -> tests::made_up_log
{
    tests::made_up_log log;
    log.add("S-1", "sample.created", R"({"sample_type": "blood", "patient_id": "P-1"})");
    return log;
}

/// What a database has after one event. `disturb`: what is done to the worker's session before.
auto rows_of(const tests::temporary_database& database, const std::string& disturb = "") -> std::string
{
    const auto log = one_event();
    pqxx::connection session(database.dsn());
    const auto file = projections::parse_sql(everything, "seen.sql");
    projections::registry::apply(session, file.definition());
    projections::registry::apply(session, projections::table<noted>::definition());
    pqxx::connection worker(database.dsn());
    projections::sql_projection seen(file);
    projections::table<noted> notes;
    seen.prepare(worker);
    if (!disturb.empty()) pqxx::nontransaction(worker).exec(disturb);
    {
        pqxx::work tx(worker);
        seen.apply(tx, log.events());
        tx.commit();
    }
    notes.prepare(worker);
    pqxx::work tx(worker);
    notes.apply(tx, log.events());
    tx.exec("set local timezone = 'UTC'; set local datestyle = 'ISO'");
    return tx.query_value<std::string>("select string_agg(what || ': ' || value, E'\\n' order by what) from read.seen")
           + tx.query_value<std::string>("select string_agg(noted::text, ' ') from read.noted");
}

}  // namespace

TEST_CASE("rows are the same whatever the worker's session, role or database has as its defaults")
{
    const tests::temporary_database plain, other, changed;
    make_default(other);
    const auto rows = rows_of(plain);
    CHECK(rows.contains("day: 2026-01-01."));
    CHECK(rows.contains("jit: off"));
    CHECK(rows_of(other) == rows);
    CHECK(rows_of(changed, hostile) == rows);
}
