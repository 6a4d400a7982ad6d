// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/shown_dsn.hpp>

#include <eventstore/errors.hpp>
#include <eventstore/postgres/dsn.hpp>

namespace annals::eventstore::postgres {
namespace {

void add(std::string& all, std::string_view keyword, std::string_view value)
{
    if (!all.empty()) all += ' ';
    all.append(keyword).append("=").append(value);
}

/// libpq marks secrets with a display of `*`; an option may hold anything.
auto is_harmless(const PQconninfoOption& option) -> bool
{
    const std::string_view keyword = option.keyword;
    return *option.dispchar != '*' && keyword != "sslpassword" && keyword != "options";
}

}  // namespace

auto shown_dsn(const std::string& dsn) -> std::string
{
    try {
        parse_dsn(dsn);
    } catch (const invalid_request&) {
        return std::string(hidden) + " (not a connection string)";
    }
    std::string all;
    const options_handle options(PQconninfoParse(dsn.c_str(), nullptr));
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option)
        if (option->val != nullptr && *option->val != '\0')
            add(all, option->keyword, is_harmless(*option) ? option->val : hidden);
    return all;
}

auto shown_default_dsn() -> std::string
{
    std::string all;
    const options_handle options(PQconndefaults());
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        const std::string_view keyword = option->keyword;
        const bool says_where = keyword == "host" || keyword == "port" || keyword == "user" || keyword == "dbname";
        if (says_where && option->val != nullptr && *option->val != '\0')
            add(all, keyword, is_shown(keyword, option->val) ? option->val : hidden);
    }
    return all;
}

}  // namespace annals::eventstore::postgres
