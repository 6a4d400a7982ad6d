// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/check.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/place.hpp>
#include <annals/projections/schema.hpp>
#include <annals/projections/settings.hpp>
#include <annals/projections/sql/batch.hpp>
#include <annals/projections/sql/server_error.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <annals/projections/sql/sql_scan.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <string_view>

namespace annals::projections {
namespace {

using eventstore::json;
using events = std::span<const eventstore::recorded_event>;

/// All rows of all tables, as PostgreSQL writes them, in order.
using rows_by_table = std::map<std::string, std::vector<std::string>>;

/// A trial's rows may run its author's SQL when they are read, such as a cast: so its role reads them.
auto rows_of(pqxx::transaction_base& tx, const confined_schema& in, const std::string& table)
    -> std::vector<std::string>
{
    declare(tx, in,
            {.name = "annals_rows",
             .body = "begin return (select coalesce(json_agg((t.*)::text), '[]') from " + in.name + "."
                     + tx.quote_name(table) + " t); end",
             .result = "text"});
    std::vector<std::string> rows = json::parse(call(tx, in.name + ".annals_rows"));
    std::ranges::sort(rows);
    return rows;
}

auto rows_of_tables(pqxx::transaction_base& tx, const confined_schema& in) -> rows_by_table
{
    rows_by_table rows;
    for (const auto& table : schema::tables(tx, in.name)) rows[table] = rows_of(tx, in, table);
    return rows;
}

auto together(events batch) -> std::string
{
    const auto& first = batch.front();
    if (batch.size() > 1) return "the " + std::to_string(batch.size()) + " events together";
    return "the event " + to_string(first.stream) + " version " + std::to_string(first.version.number) + " ("
           + first.type + ")";
}

void apply(pqxx::transaction_base& tx, sql_projection& projection, const definition& what, events batch)
{
    try {
        projection.apply(tx, batch);
    } catch (const pqxx::sql_error& problem) {
        const auto found = together(batch) + " cannot be applied: " + words_of(problem);
        if (const auto line = line_of_failure(problem, what.blocks)) throw bad_file(what.file, *line, found);
        throw eventstore::invalid_request(what.file + ": " + found);
    }
}

/// Tells whether a view gives the same rows to sessions with other settings. Made into tables, because the text of a
/// time depends on the zone, too.
auto depends_on_session(pqxx::dbtransaction& tx, const confined_schema& in, const std::string& view) -> bool
{
    const auto kept_in = [&](const std::string& table, const std::string& settings) {
        declare(tx, in,
                {.name = "annals_keeps",
                 .body = "begin " + settings + "create table " + in.name + "." + table + " as select * from " + in.name
                         + "." + tx.quote_name(view) + "; end"});
        call(tx, in.name + ".annals_keeps");
        return rows_of(tx, in, table);
    };
    try {
        pqxx::subtransaction attempt(tx);
        return kept_in("annals_here", "")
               != kept_in("annals_elsewhere", "set local timezone = 'Pacific/Chatham'; "
                                              "set local datestyle = 'German, DMY'; ");
    } catch (const pqxx::sql_error&) {
        return false;                        // not every row can be kept in a table
    }
}

struct round_plan {
    std::size_t batch = 1;
    bool is_shown = false;                   ///< also looks at views, and at some rows
    std::size_t rows_max = 0;
};

struct round_result {
    rows_by_table rows = {};
    std::vector<std::string> views = {};     ///< those that depend on the session
    std::vector<made_table> made = {};
    std::chrono::microseconds took{};
};

/// A trial of the file in this transaction, which cannot be committed.
auto open_trial_of(pqxx::work& tx, const definition& what) -> confined_schema
{
    tx.exec("set local search_path = pg_catalog, pg_temp");
    return schema::create_trial(tx, what);
}

auto try_round(pqxx::connection& connection, const sql_file& file, events sample, const round_plan& how) -> round_result
{
    pqxx::work tx(connection);
    const auto what = file.definition();
    const auto in = open_trial_of(tx, what);
    sql_projection projection(file, in.name);
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < sample.size(); i += how.batch)
        apply(tx, projection, what, sample.subspan(i, std::min(how.batch, sample.size() - i)));
    round_result result;
    result.took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    result.rows = rows_of_tables(tx, in);
    if (!how.is_shown) return result;
    result.made = made_tables(tx, in, how.rows_max);
    for (const auto& view : schema::shown_views(tx, in.name))
        if (depends_on_session(tx, in, view)) result.views.push_back(view);
    return result;
}

/// All events together, with an eye on the statements. Where they cannot be watched one by one, on the blocks.
auto slowest_of(pqxx::connection& connection, const sql_file& file, events sample) -> std::optional<statement_time>
{
    if (sample.empty()) return {};
    const auto what = file.definition();
    for (const auto how : {watched::statements, watched::blocks}) try {
            pqxx::work tx(connection);
            const auto in = open_trial_of(tx, what);
            watch(tx, what, in, how);
            sql_projection projection(file, in.name);
            apply(tx, projection, what, sample);
            return find_slowest(tx, what, in);
        } catch (const eventstore::invalid_request&) {
            // What watches a statement has changed what the block does.
        }
    return {};
}

auto first_of(const std::vector<std::string>& rows, const std::vector<std::string>& others) -> std::string
{
    std::vector<std::string> only;
    std::ranges::set_difference(rows, others, std::back_inserter(only));
    return only.empty() ? std::string() : only.front();
}

auto compare(const rows_by_table& left, const rows_by_table& right) -> std::optional<difference>
{
    for (const auto& [table, rows] : left) {
        const auto there = right.find(table);
        const auto others = there != right.end() ? there->second : std::vector<std::string>{};
        if (rows != others) return difference{table, first_of(rows, others), first_of(others, rows)};
    }
    return std::nullopt;
}

/// The last log first.
auto log_by_log(events sample) -> std::vector<eventstore::recorded_event>
{
    std::vector<eventstore::recorded_event> sorted(sample.begin(), sample.end());
    std::ranges::stable_sort(sorted, std::ranges::greater{}, &eventstore::recorded_event::log);
    return sorted;
}

struct cause_words {
    const char* name;                        ///< for programs
    const char* depends_on;
    const char* one;
    const char* other;
    const char* advice;
};

auto words_for(difference::cause on) -> cause_words
{
    switch (on) {
        case difference::cause::batches:
            return {"batches", "how events are batched", "when applied one by one", "when applied together",
                    "make each statement give the same for events that come together and one after the other, or try "
                    "without \"-- order: none\""};
        case difference::cause::time:
            return {"time", "when events are applied", "first", "later",
                    "use the events' occurred_at, and no random values"};
        case difference::cause::logs:
            return {"logs", "the order between logs", "in the order of recording", "when applied log by log",
                    "leave out \"-- order: none\" and \"-- parallel: key\", so that all logs have one order"};
    }
    return {};
}

}  // namespace

auto to_string(difference::cause on) -> std::string { return words_for(on).name; }

auto advice_for(difference::cause on) -> std::string { return words_for(on).advice; }

auto to_string(const difference& found) -> std::string
{
    const auto words = words_for(found.depends_on);
    auto text = "the rows of " + found.table + " depend on " + words.depends_on + ": ";
    if (!found.one_by_one.empty()) text += found.one_by_one + " " + words.one;
    if (!found.one_by_one.empty() && !found.at_once.empty()) text += ", ";
    if (!found.at_once.empty()) text += found.at_once + " " + words.other;
    return text;
}

auto check(pqxx::connection& connection, const sql_file& file, events sample, std::size_t rows_max) -> trial_result
{
    pqxx::nontransaction(connection).exec("deallocate all");        // what another file may have left
    settings::settle(connection);
    batch::prepare(connection);
    const auto one_by_one = try_round(connection, file, sample, {});
    auto at_once = try_round(connection, file, sample, {std::max<std::size_t>(sample.size(), 1), true, rows_max});
    trial_result result{compare(one_by_one.rows, at_once.rows), std::move(at_once.views), std::move(at_once.made),
                        at_once.took, slowest_of(connection, file, sample)};
    const auto try_also = [&](events other_order, difference::cause cause) {
        auto found = compare(one_by_one.rows, try_round(connection, file, other_order, {}).rows);
        if (!found) return;
        found->depends_on = cause;
        result.rows = std::move(found);
    };
    if (result.rows) try_also(sample, difference::cause::time);
    else if (file.rows() != row_order::one) try_also(log_by_log(sample), difference::cause::logs);
    if (!result.rows) return result;
    pqxx::nontransaction tx(connection);
    result.rows->table = tx.query_value<std::string>("select quote_ident($1)", pqxx::params{result.rows->table});
    return result;
}

auto clock_words(const sql_file& file) -> std::vector<clock_word>
{
    constexpr std::array<std::string_view, 10> words{
        "current_date",     "current_time",         "current_timestamp",      "localtime", "localtimestamp", "now(",
        "clock_timestamp(", "statement_timestamp(", "transaction_timestamp(", "timeofday("};
    std::vector<clock_word> found;
    for (const auto& block : file.blocks)
        for (const auto& [word, place] : words_in(block.statements.text, words))
            found.push_back({std::string(word.ends_with('(') ? word.substr(0, word.size() - 1) : word),
                             block.statements.line + line_of(block.statements.text, place) - 1});
    return found;
}

auto unseen_types(const sql_file& file, events sample) -> std::vector<unseen_type>
{
    std::vector<unseen_type> unseen;
    for (const auto& block : file.blocks)
        for (const auto& type : block.types)
            if (std::ranges::none_of(sample, [&](const auto& event) { return type.matches(event.type); }))
                unseen.push_back({type.text(), block.statements.line - 1});
    return unseen;
}

auto sample_of(eventstore::store& store, const std::vector<std::string>& categories, std::size_t events)
    -> std::vector<eventstore::recorded_event>
{
    std::vector<eventstore::log_cursor> firsts, lasts;
    std::vector<std::int64_t> heads;
    for (const auto& name : categories) {
        if (!store.find_category(name)) continue;
        for (int partition = 0; const auto& head : store.heads(name)) {
            firsts.push_back({{name, partition++}, {}});
            heads.push_back(head.number);
        }
    }
    if (firsts.empty()) return {};
    const auto count = std::max<std::size_t>(events / firsts.size(), 1);
    const auto count_last = static_cast<std::int64_t>(count / 2);
    const auto count_first = static_cast<std::int64_t>(count) - count_last;
    for (std::size_t i = 0; i < firsts.size(); ++i)
        lasts.push_back({firsts[i].log, {std::max(count_first, heads[i] - count_last)}});
    auto sample = store.read_logs(firsts, {.events_max = count - count / 2});
    if (count_last > 0)
        std::ranges::move(store.read_logs(lasts, {.events_max = count / 2}), std::back_inserter(sample));
    std::ranges::stable_sort(sample, {}, eventstore::place_of);
    return sample;
}

}  // namespace annals::projections
