// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/sql_scan.hpp>

#include <algorithm>
#include <array>
#include <functional>

/// Just enough of PostgreSQL's lexical rules (its manual, section 4.1) to find the end of the last statement.
namespace annals::projections {
namespace {

auto is_identifier(char c) -> bool
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

auto end_of_line(std::string_view text, std::size_t from) { return std::min(text.find('\n', from), text.size()); }

auto end_of_comment(std::string_view text, std::size_t from)
{
    int depth = 0;                           // comments nest
    for (std::size_t i = from; i + 1 < text.size(); ++i) {
        if (text[i] == '/' && text[i + 1] == '*') ++depth, ++i;
        else if (text[i] == '*' && text[i + 1] == '/' && (++i, --depth == 0)) return i + 1;
    }
    return text.size();
}

auto end_of_quoted(std::string_view text, std::size_t from, bool backslash_escapes)
{
    for (std::size_t i = from + 1; i < text.size(); ++i) {
        if (backslash_escapes && text[i] == '\\') ++i;
        else if (text[i] == text[from]) return i + 1;  // a doubled quote counts as two strings: that is fine here
    }
    return text.size();
}

auto end_of_dollar_quoted(std::string_view text, std::size_t from)
{
    auto tag_end = from + 1;
    while (tag_end < text.size() && is_identifier(text[tag_end])) ++tag_end;
    if (tag_end == text.size() || text[tag_end] != '$') return from + 1;
    const auto tag = text.substr(from, tag_end + 1 - from);
    const auto close = text.find(tag, tag_end + 1);
    return close == std::string_view::npos ? text.size() : close + tag.size();
}

/// Where the last character that is neither blank nor comment ends, and whether there was anything but semicolons.
struct last_word {
    std::size_t end = 0;
    bool is_semicolon = false;
    bool has_statement = false;
};

using piece_taker = std::function<void(std::size_t begin, std::size_t end)>;

/// Calls with the place of each piece that is neither blank nor comment: a character, or a quoted text as a whole; and
/// with that of each comment between /* and */.
void for_each_piece(std::string_view sql, const piece_taker& take, const piece_taker& take_comment = {})
{
    for (std::size_t i = 0; i < sql.size();) {
        const char c = sql[i];
        const auto begin = i;
        const auto two = sql.substr(i, 2);
        const bool after_name = i > 0 && is_identifier(sql[i - 1]);
        const bool escapes =
            after_name && (sql[i - 1] == 'e' || sql[i - 1] == 'E') && (i < 2 || !is_identifier(sql[i - 2]));
        if (two == "--") {
            i = end_of_line(sql, i);
            continue;
        }
        if (two == "/*") {
            i = end_of_comment(sql, i);
            if (take_comment) take_comment(begin, i);
            continue;
        }
        if (c == '\'' || c == '"') i = end_of_quoted(sql, i, c == '\'' && escapes);
        else if (c == '$' && !after_name) i = end_of_dollar_quoted(sql, i);
        else ++i;
        if (std::string_view(" \t\r\n\f\v").contains(c)) continue;
        take(begin, i);
    }
}

auto find_last_word(std::string_view sql) -> last_word
{
    last_word last;
    for_each_piece(sql, [&](std::size_t begin, std::size_t end) {
        const bool is_semicolon = sql[begin] == ';';
        last = {.end = end, .is_semicolon = is_semicolon, .has_statement = last.has_statement || !is_semicolon};
    });
    return last;
}

auto small_letter(char c) -> char { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The first words of SQL statements that PL/pgSQL passes on, and of PL/pgSQL's own statements that run SQL.
constexpr std::array<std::string_view, 14> commands{"insert", "update",  "delete",  "merge",    "with",
                                                    "select", "perform", "execute", "truncate", "create",
                                                    "drop",   "alter",   "analyze", "call"};

auto begins_with_command(std::string_view sql) -> bool
{
    const auto end = std::ranges::find_if_not(sql, is_identifier) - sql.begin();
    std::string word(sql.substr(0, static_cast<std::size_t>(end)));
    std::ranges::transform(word, word.begin(), small_letter);
    return std::ranges::find(commands, word) != commands.end();
}

/// A statement begins after one of these words of PL/pgSQL.
auto ends_with_opening_word(std::string_view sql) -> bool
{
    for (const std::string_view word : {"then", "else", "loop", "begin"}) {
        if (sql.size() < word.size()) continue;
        const auto last = sql.substr(sql.size() - word.size());
        const bool is_whole = sql.size() == word.size() || !is_identifier(sql[sql.size() - word.size() - 1]);
        if (is_whole && std::ranges::equal(last, word, {}, small_letter)) return true;
    }
    return false;
}

}  // namespace

auto statements_of(std::string_view sql) -> std::vector<statement>
{
    std::vector<statement> all;
    bool is_open = false;
    for_each_piece(sql, [&](std::size_t begin, std::size_t end) {
        if (sql[begin] == ';') {
            is_open = false;
            return;
        }
        const bool is_next_word = begin > 0 && !is_identifier(sql[begin - 1]);
        if (is_open && is_next_word && !all.back().is_command
            && ends_with_opening_word(sql.substr(all.back().begin, all.back().end - all.back().begin)))
            is_open = false;
        if (!is_open) all.push_back({.begin = begin, .end = end, .is_command = begins_with_command(sql.substr(begin))});
        is_open = true;
        all.back().end = end;
    });
    return all;
}

auto words_in(std::string_view sql, std::span<const std::string_view> words) -> std::vector<found_word>
{
    std::vector<found_word> all;
    const auto find = [&](std::string_view wanted, std::size_t begin) {
        const bool is_call = wanted.ends_with('(');
        const auto name = is_call ? wanted.substr(0, wanted.size() - 1) : wanted;
        if (!std::ranges::equal(sql.substr(begin, name.size()), name, {}, small_letter)) return false;
        const auto rest = sql.substr(begin + name.size());
        if (!rest.empty() && is_identifier(rest.front())) return false;
        const auto next = rest.find_first_not_of(" \t\r\n");
        return !is_call || (next != std::string_view::npos && rest[next] == '(');
    };
    for_each_piece(sql, [&](std::size_t begin, std::size_t) {
        if (begin > 0 && (is_identifier(sql[begin - 1]) || sql[begin - 1] == '.')) return;
        for (const auto word : words)
            if (find(word, begin)) all.push_back({word, begin});
    });
    return all;
}

auto lines_inside(std::string_view sql) -> std::set<int>
{
    std::set<int> inside;
    int line = 1;
    std::size_t counted = 0;
    const auto count_to = [&](std::size_t end, bool is_inside) {
        for (; counted < end; ++counted) {
            if (sql[counted] != '\n') continue;
            ++line;
            if (is_inside) inside.insert(line);
        }
    };
    const auto take = [&](std::size_t begin, std::size_t end) {
        count_to(begin, false);
        if (end < sql.size()) count_to(end, true);
    };
    for_each_piece(sql, take, take);
    return inside;
}

auto line_of(std::string_view sql, std::size_t place) -> int
{
    return 1 + static_cast<int>(std::ranges::count(sql.substr(0, place), '\n'));
}

auto has_statement(std::string_view sql) -> bool { return find_last_word(sql).has_statement; }

auto closed_by_semicolon(std::string_view sql) -> std::string
{
    auto closed = std::string(sql);
    const auto last = find_last_word(sql);
    if (last.has_statement && !last.is_semicolon) closed.insert(last.end, ";");
    return closed;
}

}  // namespace annals::projections
