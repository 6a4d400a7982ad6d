// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/dsn.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/libpq/shown_dsn.hpp>

#include <algorithm>
#include <array>
#include <ranges>
#include <sstream>

namespace annals::libpq {

using namespace eventstore;

namespace {

constexpr std::array<std::string_view, 5> where_to{"host", "hostaddr", "port", "user", "dbname"};

auto is_uri(std::string_view dsn) -> bool { return dsn.starts_with("postgresql://") || dsn.starts_with("postgres://"); }

[[noreturn]] void refuse(const std::string& why)
{
    throw invalid_request("the connection string cannot be read: " + why
                          + ". Write postgresql://user@host:port/database, or key=value pairs");
}

/// libpq takes the first `@` and the first `/` of a URI as separators, and would cut a password that holds one.
void check_uri(std::string_view dsn)
{
    const auto rest = dsn.substr(dsn.find("://") + 3);
    const auto at = rest.find('@');
    const auto host = at == rest.npos ? rest : rest.substr(at + 1);
    const auto path = host.find('/');
    const bool is_torn = (at != rest.npos && rest.find('/') < at) || host.find('@') != host.npos
                         || (path != host.npos && host.substr(0, host.find('?')).find('/', path + 1) != host.npos);
    if (is_torn) refuse("it holds an @ or a / that must be written as %40 or %2F");
}

auto parsed(const std::string& dsn) -> options_handle
{
    char* problem = nullptr;
    options_handle options(PQconninfoParse(dsn.c_str(), &problem));
    const text_handle message(problem);                  // quotes the piece that it could not read
    if (options) return options;
    if (is_uri(dsn)) refuse("its parts are not those of a URI, or a character in it must be percent-encoded (%40)");
    if (dsn.find('=') == dsn.npos) refuse("it is neither");
    refuse("a value with blanks must be in quotes, or libpq does not know a keyword");
}

/// libpq writes several lines; those that begin with a tab are its guesses.
auto on_one_line(const std::string& message) -> std::string
{
    std::string line;
    std::istringstream lines(message);
    for (std::string next; std::getline(lines, next);) {
        if (next.empty() || next.starts_with('\t')) continue;
        if (!line.empty()) line += line.ends_with('.') || line.ends_with(':') ? " " : "; ";
        line += next;
    }
    return line;
}

/// A name, an address, or a socket.
auto is_host(std::string_view value) -> bool
{
    if (value.starts_with('/') || value.starts_with('@')) return value.find("://") == value.npos;
    const bool is_address = value.find_first_not_of("0123456789abcdefABCDEF:.%") == value.npos;
    return is_address || value.find_first_of("@:/") == value.npos;
}

void hide(std::string& text, const std::string& quoted)
{
    for (auto at = text.find(quoted); at != text.npos; at = text.find(quoted, at))
        text.replace(at, quoted.size(), '"' + std::string(hidden) + '"');
}

/// Hides the value as a whole and each word of it: a server's message quotes the unknown word of `options`.
void hide_value(std::string& text, const std::string& value)
{
    hide(text, '"' + value + '"');
    std::istringstream words(value);
    for (std::string word; words >> word;)
        for (std::size_t from = 0, to = 0; to != word.npos; from = to + 1) {
            to = word.find('=', from);
            const auto piece = word.substr(from, to == word.npos ? to : to - from);
            if (!piece.empty()) hide(text, '"' + piece + '"');
        }
}

}  // namespace

auto is_shown(std::string_view keyword, std::string_view value) -> bool
{
    if (std::ranges::find(where_to, keyword) == where_to.end()) return false;
    const auto has = [&](std::string_view piece) { return value.find(piece) != value.npos; };
    if (keyword == "port") return value.find_first_not_of("0123456789,") == value.npos;
    if (keyword == "user") return !has(":") && !has("/");
    if (keyword == "dbname") return !has(":") && !has("@");
    return std::ranges::all_of(value | std::views::split(','),
                               [](auto one) { return is_host(std::string_view(one.begin(), one.end())); });
}

auto parse_dsn(const std::string& dsn) -> dsn_parameters
{
    if (is_uri(dsn)) check_uri(dsn);
    const auto options = parsed(dsn);
    dsn_parameters all;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        const std::string_view keyword = option->keyword;
        if (std::ranges::find(where_to, keyword) != where_to.end() && !is_shown(keyword, option->val))
            refuse("its " + std::string(keyword) + " cannot be one");
        all.emplace(keyword, option->val);
    }
    return all;
}

auto server_of(const dsn_parameters& given) -> std::string
{
    const options_handle defaults(PQconndefaults());
    const auto find = [&](const std::string& keyword, std::string otherwise) {
        if (const auto own = given.find(keyword); own != given.end()) return own->second;
        for (const auto* option = defaults.get(); option != nullptr && option->keyword != nullptr; ++option)
            if (option->keyword == keyword && option->val != nullptr && is_shown(keyword, option->val))
                return std::string(option->val);
        return otherwise;
    };
    return find("host", "localhost") + ":" + find("port", "5432");
}

auto shown_message(PGconn* connection, const dsn_parameters& given) -> std::string
{
    auto line = on_one_line(PQerrorMessage(connection));
    for (const auto& [keyword, value] : given)
        if (!value.empty() && !is_shown(keyword, value)) hide_value(line, value);
    const options_handle options(PQconninfo(connection));
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option)
        if (option->val != nullptr && *option->val != '\0' && !is_shown(option->keyword, option->val))
            hide_value(line, option->val);
    return line;
}

}  // namespace annals::libpq
