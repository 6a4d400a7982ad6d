// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/statement_times.hpp>

#include <annals/eventstore/json.hpp>
#include <annals/projections/schema.hpp>
#include <annals/projections/sql/sql_scan.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace annals::projections {
namespace {

/// In the trial's schema. No author's name begins so.
constexpr auto times_table =
    "begin create table annals_times (block int, statement int, took interval, plan text); end";

constexpr auto longest = R"sql(begin return (
    select json_build_array(block, statement, (extract(epoch from sum(took)) * 1000000)::bigint,
                            coalesce((array_agg(plan order by took desc))[1], ''))
    from annals_times group by block, statement order by sum(took) desc limit 1); end)sql";

/// What EXPLAIN takes, and PERFORM, which is a SELECT whose rows are dropped.
constexpr std::array<std::string_view, 6> explained{"insert", "update", "delete", "merge", "with", "perform"};

/// Words of PL/pgSQL that tell of the statement before.
constexpr std::array<std::string_view, 3> words_of_results{"found", "diagnostics", "row_count"};

auto first_word(std::string_view sql) -> std::string
{
    std::string word;
    for (const char c : sql) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalpha(letter) == 0) break;
        word += static_cast<char>(std::tolower(letter));
    }
    return word;
}

/// Blocks and statements count from 0.
auto note(std::size_t block, const std::string& statement, const std::string& plan) -> std::string
{
    return "insert into annals_times values (" + std::to_string(block) + ", " + statement
           + ", clock_timestamp() - annals_began, " + plan + ");";
}

constexpr auto began = "annals_began timestamptz := clock_timestamp();";

/// The block with each SQL statement between two looks at the clock, in a loop over the lines of its plan where
/// EXPLAIN takes it.
auto with_statements_watched(const std::string& text, std::size_t block) -> std::string
{
    auto watched = text;
    const auto all = statements_of(text);
    for (auto i = all.size(); i-- > 0;) {
        if (!all[i].is_command) continue;
        const auto word = first_word(std::string_view(text).substr(all[i].begin));
        const bool has_plan = std::ranges::find(explained, word) != explained.end();
        watched.insert(all[i].end,
                       (has_plan ? "\nloop annals_plan := annals_plan || annals_line || e'\\n'; end loop; " : "; ")
                           + note(block, std::to_string(i), "annals_plan") + " end");
        if (word == "perform") watched.replace(all[i].begin, word.size(), "select");
        watched.insert(all[i].begin, std::string("declare ") + began
                                         + " annals_plan text := ''; annals_line text; begin "
                                         + (has_plan ? "for annals_line in explain (analyze, buffers) " : ""));
    }
    return watched;
}

auto timed(const std::string& text, std::size_t block) -> std::string
{
    return std::string("declare ") + began + " begin begin\n" + closed_by_semicolon(text) + "\nend; "
           + note(block, "null", "null") + " end;";
}

void watch_block(pqxx::dbtransaction& tx, const sql_text& of, const confined_schema& in, std::size_t block,
                 watched what)
{
    if (what == watched::statements && words_in(of.text, words_of_results).empty()) {
        const auto text = with_statements_watched(of.text, block);
        try {
            pqxx::subtransaction attempt(tx);
            schema::replace_block(attempt, in, block, text);
            attempt.commit();
            if (text != of.text) return;
        } catch (const pqxx::sql_error&) {
            // PL/pgSQL does not take the loops in these places.
        }
    }
    schema::replace_block(tx, in, block, timed(of.text, block));
}

}  // namespace

void watch(pqxx::dbtransaction& tx, const definition& what, const confined_schema& trial, watched how)
{
    declare(tx, trial, {.name = "annals_watch", .body = times_table});
    call(tx, trial.name + ".annals_watch");
    for (std::size_t block = 0; block < what.blocks.size(); ++block)
        watch_block(tx, what.blocks[block], trial, block, how);
}

auto find_slowest(pqxx::transaction_base& tx, const definition& what, const confined_schema& trial)
    -> std::optional<statement_time>
{
    declare(tx, trial, {.name = "annals_longest", .body = longest, .result = "text"});
    const auto answer = call(tx, trial.name + ".annals_longest");
    if (answer.empty()) return {};
    const auto row = eventstore::json::parse(answer);
    const auto& block = what.blocks.at(row.at(0).get<std::size_t>());
    statement_time found{.line = block.line,
                         .took = std::chrono::microseconds(row.at(2).get<std::int64_t>()),
                         .plan = row.at(3).get<std::string>(),
                         .is_block = row.at(1).is_null()};
    if (found.is_block) return found;
    found.line += line_of(block.text, statements_of(block.text).at(row.at(1).get<std::size_t>()).begin) - 1;
    return found;
}

}  // namespace annals::projections
