// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/verbs/projection_show.hpp>

#include <annals/app/joined.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/lag_reader.hpp>
#include <annals/cli/lag_trend.hpp>
#include <annals/cli/terminal/duration_text.hpp>
#include <annals/cli/terminal/text_width.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/processors/failure.hpp>
#include <annals/projections/reading_role.hpp>
#include <annals/projections/schema.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

namespace annals::cli {
namespace {

using eventstore::json;
using projections::registry::entry;

/// Counted by the server as rows come and go; never counted here, which would read them all.
constexpr auto select_tables = R"(
    select c.relname, c.relkind in ('r', 'p', 'm'), pg_total_relation_size(c.oid),
           case when pg_stat_get_live_tuples(c.oid) > 0 then pg_stat_get_live_tuples(c.oid)
                else greatest(c.reltuples, 0)::bigint end
    from pg_class c where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p', 'v', 'm')
    order by c.relname)";

constexpr auto select_columns = R"(
    select relname, attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum)
    from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = to_regnamespace($1) and relkind in ('r', 'p', 'v', 'm') and attnum > 0 and not attisdropped
    order by relname, attnum)";

/// A view is computed when it is asked, and may take long.
constexpr auto limit_questions = "set statement_timeout = '5s'";

auto is_shown(const entry& of, const std::string& relation) -> bool
{
    return of.live && std::ranges::find(of.shows, relation) != of.shows.end();
}

auto size_text(std::int64_t bytes) -> std::string
{
    constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
    char text[32];
    std::snprintf(text, sizeof text, size < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", size, units.at(unit));
    return text;
}

struct relation {
    std::string name;
    bool holds_rows = true;                  ///< false: a view
    std::int64_t bytes = 0, rows = 0;        ///< with its indexes; estimated
};

auto relations_of(pqxx::transaction_base& tx, const entry& of) -> std::vector<relation>
{
    std::vector<relation> all;
    for (const auto& [name, holds_rows, bytes, rows] : tx.query<std::string, bool, std::int64_t, std::int64_t>(
             select_tables, pqxx::params{projections::schema_of(of.id)}))
        all.push_back({name, holds_rows, bytes, rows});
    return all;
}

auto tables_of(const std::vector<relation>& relations, const entry& of, bool is_json) -> table
{
    table all({"table", "shown", "rows_estimate", is_json ? "bytes" : "size"});
    for (const auto& one : relations)
        all.add({one.name, is_shown(of, one.name), one.holds_rows ? cell(one.rows) : cell{},
                 !one.holds_rows ? cell{}
                 : is_json       ? cell(one.bytes)
                                 : cell(size_text(one.bytes))});
    return all;
}

auto columns_of(pqxx::transaction_base& tx, const entry& of) -> table
{
    table columns({"table", "column", "type", "shown", "comment"});
    for (const auto& [relation, column, type, comment] :
         tx.query<std::string, std::string, std::string, std::optional<std::string>>(
             select_columns, pqxx::params{projections::schema_of(of.id)}))
        columns.add({relation, column, type, is_shown(of, relation), comment ? cell{*comment} : cell{}});
    return columns;
}

/// A few rows of a table or view in `read`, or why there are none.
struct sample {
    std::string name;
    table rows{{}};
    std::vector<std::string> objects = {};   ///< with --json, as the server wrote them: numbers keep their digits
    bool is_empty = true;
    std::string problem = {};
};

auto as_cell(const pqxx::field& value) -> cell
{
    constexpr std::array<pqxx::oid, 3> whole_numbers{20, 21, 23};         // bigint, smallint, integer
    constexpr std::size_t columns_max = 50;
    if (value.is_null()) return {};
    std::int64_t number = 0;
    const auto text = value.view();
    if (std::ranges::find(whole_numbers, value.type()) != whole_numbers.end()
        && std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{})
        return number;
    return cut(printable(text), columns_max);
}

auto ask(pqxx::transaction_base& tx, const std::string& name, std::int64_t rows_max, bool is_json) -> sample
{
    sample found{.name = name};
    const auto rows_of = "select * from read." + tx.quote_name(name) + " limit " + std::to_string(rows_max);
    if (is_json) {
        for (const auto& [text] : tx.query<std::string>("select row_to_json(r)::text from (" + rows_of + ") r"))
            found.objects.push_back(text);
        return found;
    }
    const auto rows = tx.exec(rows_of);
    std::vector<std::string> names;
    for (int column = 0; column < rows.columns(); ++column) names.push_back(printable(rows.column_name(column)));
    found.rows = table(names);
    found.is_empty = rows.empty();
    for (const auto& row : rows) {
        std::vector<cell> cells;
        for (const auto& value : row) cells.push_back(as_cell(value));
        found.rows.add(std::move(cells));
    }
    return found;
}

auto samples_of(pqxx::connection& models, const entry& of, std::int64_t rows_max, bool is_json) -> std::vector<sample>
{
    std::vector<sample> all;
    if (!of.live || rows_max == 0) return all;
    pqxx::nontransaction(models).exec(projections::take_reading_role);
    pqxx::nontransaction(models).exec(limit_questions);
    for (const auto& name : of.shows) {
        try {
            pqxx::read_transaction tx(models);
            all.push_back(ask(tx, name, rows_max, is_json));
        } catch (const pqxx::sql_error& problem) {
            all.push_back({.name = name, .problem = processors::one_line(problem)});
        }
    }
    return all;
}

/// `running; 12 of 3,400 events behind, the oldest for 1 min 2 s`
auto state_text(const lag_row& row, std::int64_t bytes) -> std::string
{
    auto text = row.state;
    if (row.now) {
        text += "; " + app::with_separators(row.now->behind()) + " of " + app::with_separators(row.now->head)
                + " events behind";
        if (row.now->behind() > 0)
            text += ", the oldest for " + duration_text(std::chrono::duration<double>(row.now->age).count());
    }
    return text + "; " + size_text(bytes);
}

auto lag_of(session& session, const entry& of) -> lag_row
{
    for (auto& row : lag_reader(session, {.name = of.id.name, .by_log = false}).look())
        if (processors::same_version(row.processor, of.id)) return std::move(row);
    return {.processor = of.id, .state = "", .log = {}, .now = {}, .trend = {}};
}

/// What is shown, in the order in which people read it.
struct page {
    const entry& of;
    lag_row lag;
    std::vector<relation> relations;
    table columns;
    std::vector<sample> samples;

    auto bytes() const -> std::int64_t
    {
        std::int64_t all = 0;
        for (const auto& one : relations) all += one.bytes;
        return all;
    }
};

/// One object: what has rows is a list within it.
void print_object(const terminal& terminal, const page& shown)
{
    const auto& of = shown.of;
    std::string rows;
    for (const auto& one : shown.samples) {
        const auto value = one.problem.empty() ? "[" + app::joined(one.objects) + "]" : json(one.problem).dump();
        rows += (rows.empty() ? "" : ", ") + json(one.name).dump() + ": " + value;
    }
    const auto& now = shown.lag.now;
    table all({"name", "version", "kind", "categories", "live", "created_at", "state", "events_behind",
               "seconds_behind", "bytes", "shows", "tables", "columns", "rows", "definition"});
    all.add({of.id.name, of.id.version, std::string(to_string(of.kind)), of.categories, of.live,
             eventstore::to_string(of.created_at), shown.lag.state, now ? cell(now->behind()) : cell{},
             now ? cell(std::chrono::duration<double>(now->age).count()) : cell{}, shown.bytes(), of.shows,
             tables_of(shown.relations, of, true).json_list(), shown.columns.json_list(), json_text{"{" + rows + "}"},
             of.text});
    terminal.print(all);
}

void print_page(const terminal& terminal, const page& shown)
{
    const auto& of = shown.of;
    terminal.print(of.id.name + " version " + std::to_string(of.id.version) + ", " + std::string(to_string(of.kind))
                   + " over " + app::joined(of.categories) + ", " + (of.live ? "live" : "waiting for a rebuild") + "\n"
                   + state_text(shown.lag, shown.bytes()) + "\n\n");
    terminal.print(tables_of(shown.relations, of, false));
    terminal.print("\n");
    terminal.print(shown.columns);
    for (const auto& one : shown.samples) {
        if (!one.problem.empty()) {
            terminal.print("\nread." + one.name + " cannot be read: " + one.problem + "\n");
        } else if (one.is_empty) {
            terminal.print("\nread." + one.name + " has no rows\n");
        } else {
            terminal.print("\nsome rows of read." + one.name + "\n");
            terminal.print(one.rows);
        }
    }
    terminal.print("\n" + of.text + (of.text.ends_with('\n') ? "" : "\n"));
}

}  // namespace

void show_projection(session& session, pqxx::connection& models, const entry& of, std::int64_t rows_max)
{
    const auto& terminal = session.terminal();
    page shown{.of = of, .lag = lag_of(session, of), .relations = {}, .columns = table({}), .samples = {}};
    {
        pqxx::nontransaction tx(models);
        shown.relations = relations_of(tx, of);
        shown.columns = columns_of(tx, of);
    }
    shown.samples = samples_of(models, of, rows_max, terminal.is_json());
    if (terminal.is_json()) print_object(terminal, shown);
    else print_page(terminal, shown);
}

}  // namespace annals::cli
