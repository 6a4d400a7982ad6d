// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/shown_dsn.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/libpq/dsn.hpp>

#include <algorithm>
#include <array>

namespace annals::libpq {

using namespace eventstore;

namespace {

void add(std::string& all, std::string_view keyword, std::string_view value)
{
    if (!all.empty()) all += ' ';
    all.append(keyword).append("=").append(value);
}

/// Whether it names the server, is a number, or is one of libpq's words. Any other value may be a mistake and hold a
/// secret.
auto is_harmless(const PQconninfoOption& option) -> bool
{
    static constexpr std::array<std::string_view, 12> words{"disable",   "allow",       "prefer",  "require",
                                                            "verify-ca", "verify-full", "any",     "read-write",
                                                            "read-only", "primary",     "standby", "prefer-standby"};
    const std::string_view value = option.val;
    const bool is_secret = *option.dispchar == '*' || std::string_view(option.keyword) == "sslpassword";
    return is_shown(option.keyword, value)
           || (!is_secret
               && (value.find_first_not_of("0123456789") == value.npos
                   || std::ranges::find(words, value) != words.end()));
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

}  // namespace annals::libpq
