// SPDX-License-Identifier: Apache-2.0
#include <projections/sql_scan.hpp>

#include <algorithm>

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
        else if (text[i] == text[from]) return i + 1;  // a doubled quote is two strings side by side: no matter here
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

/// Where the last character that is neither blank nor comment ends, and whether anything but semicolons came before.
struct last_word {
    std::size_t end = 0;
    bool is_semicolon = false;
    bool has_statement = false;
};

auto find_last_word(std::string_view sql) -> last_word
{
    last_word last;
    for (std::size_t i = 0; i < sql.size();) {
        const char c = sql[i];
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
            continue;
        }
        if (c == '\'' || c == '"') i = end_of_quoted(sql, i, c == '\'' && escapes);
        else if (c == '$' && !after_name) i = end_of_dollar_quoted(sql, i);
        else ++i;
        if (std::string_view(" \t\r\n\f\v").contains(c)) continue;
        last = {.end = i, .is_semicolon = c == ';', .has_statement = last.has_statement || c != ';'};
    }
    return last;
}

}  // namespace

auto has_statement(std::string_view sql) -> bool { return find_last_word(sql).has_statement; }

auto closed_by_semicolon(std::string_view sql) -> std::string
{
    auto closed = std::string(sql);
    const auto last = find_last_word(sql);
    if (last.has_statement && !last.is_semicolon) closed.insert(last.end, ";");
    return closed;
}

}  // namespace annals::projections
