// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/trial.hpp>

#include <annals/projections/schema.hpp>
#include <annals/projections/sql/server_error.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_scan.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

namespace annals::projections {
namespace {

using guarded = std::set<std::size_t>;       // statements of a block, by their number

/// Errors that may not come with real events: they are caused by values, not by a place in the text.
auto may_be_for_lack_of_events(const pqxx::sql_error& problem) -> bool
{
    // case_not_found, cardinality, data, integrity constraint, check option, raised by the block
    constexpr std::array<std::string_view, 6> classes{"20", "21", "22", "23", "44", "P0"};
    const bool has_place = std::string_view(problem.what()).contains("\nLINE ");
    return !has_place && std::ranges::find(classes, problem.sqlstate().substr(0, 2)) != classes.end();
}

/// The first statement on the line that the server names, if it has no guard yet.
auto guilty(const std::string& block, const std::vector<statement>& statements, const guarded& known, int line)
    -> std::optional<std::size_t>
{
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const auto before = block.begin() + static_cast<std::ptrdiff_t>(statements[i].begin);
        const bool is_there = 1 + std::count(block.begin(), before, '\n') == line;
        if (is_there && statements[i].is_command && !known.contains(i)) return i;
    }
    return std::nullopt;
}

/// Keeps the line numbers.
auto with_guards(const std::string& block, const std::vector<statement>& statements, const guarded& known)
{
    auto text = block;
    for (auto i = known.rbegin(); i != known.rend(); ++i) {
        text.insert(statements[*i].end, "; exception when others or assert_failure then null; end");
        text.insert(statements[*i].begin, "begin ");
    }
    return text;
}

/// False: PL/pgSQL does not accept the guards in these places.
auto accepts(pqxx::transaction_base& tx, const confined_schema& in, std::size_t block, const std::string& text) -> bool
{
    try {
        schema::replace_block(tx, in, block, text);
        return true;
    } catch (const pqxx::sql_error&) {
        return false;
    }
}

}  // namespace

void try_block(pqxx::dbtransaction& tx, const definition& what, const confined_schema& in, std::size_t block)
{
    const auto& [text, first_line] = what.blocks[block];
    const auto statements = statements_of(text);
    guarded known;
    for (;;) {
        try {
            pqxx::subtransaction attempt(tx);
            if (!known.empty() && !accepts(attempt, in, block, with_guards(text, statements, known))) return;
            call(attempt, block_function(in.name, block));
            return attempt.abort();
        } catch (const pqxx::sql_error& problem) {
            if (has_left_statements(tx))
                throw bad_file(what.file, what.blocks[block].line, "PREPARE is not allowed here");
            if (!may_be_for_lack_of_events(problem))
                report(problem, server_step::running_block, what.file, what.blocks[block]);
            const auto one = guilty(text, statements, known, line_in_block(problem));
            if (!one) return;
            known.insert(*one);
        }
    }
}

}  // namespace annals::projections
