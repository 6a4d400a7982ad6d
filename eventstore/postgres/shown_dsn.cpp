// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/shown_dsn.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <memory>

namespace annals::eventstore::postgres {
namespace {

struct free_options {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using options_ptr = std::unique_ptr<PQconninfoOption, free_options>;

/// The parameters that say where to; libpq marks secrets with a display of `*`.
auto keywords(const PQconninfoOption* options, bool everything) -> std::string
{
    static constexpr std::array<std::string_view, 4> where{"host", "port", "user", "dbname"};
    std::string all;
    for (const auto* option = options; option->keyword != nullptr; ++option) {
        const std::string_view name = option->keyword;
        if (option->val == nullptr || *option->val == '\0') continue;
        if (!everything && std::ranges::find(where, name) == where.end()) continue;
        const bool is_secret = *option->dispchar == '*' || name == "sslpassword";
        if (!all.empty()) all += ' ';
        all += std::string(name) + "=" + (is_secret ? std::string(hidden) : option->val);
    }
    return all;
}

}  // namespace

auto shown_dsn(const std::string& dsn) -> std::string
{
    char* problem = nullptr;
    const options_ptr options(PQconninfoParse(dsn.c_str(), &problem));
    PQfreemem(problem);
    return options ? keywords(options.get(), true) : "(not a connection string)";
}

auto shown_default_dsn() -> std::string
{
    const options_ptr options(PQconndefaults());
    return options ? keywords(options.get(), false) : "";
}

}  // namespace annals::eventstore::postgres
