// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/settings.hpp>

#include <array>
#include <string_view>

namespace annals::projections::settings {
namespace {

struct setting {
    std::string_view name;                   ///< as PostgreSQL writes it
    std::string_view value;
};

/// PostgreSQL's own defaults, except that no batch is JIT-compiled: the planner knows nothing about it.
constexpr std::array cheap{
    setting{"jit", "off"},
    // how values are read and written
    setting{"TimeZone", "UTC"},
    setting{"DateStyle", "ISO, MDY"},
    setting{"IntervalStyle", "postgres"},
    setting{"extra_float_digits", "1"},
    setting{"bytea_output", "hex"},
    setting{"xmlbinary", "base64"},
    setting{"xmloption", "content"},
    setting{"lc_monetary", "C"},
    setting{"lc_numeric", "C"},
    setting{"lc_time", "C"},
    setting{"default_text_search_config", "pg_catalog.simple"},
    setting{"quote_all_identifiers", "off"},
    // what a statement means
    setting{"standard_conforming_strings", "on"},
    setting{"backslash_quote", "safe_encoding"},
    setting{"array_nulls", "on"},
    setting{"transform_null_equals", "off"},
    // which rows it sees, and in which order
    setting{"row_security", "on"},
    setting{"gin_fuzzy_search_limit", "0"},
    setting{"synchronize_seqscans", "off"},
};

/// The first one reads a file each time it is set.
constexpr std::array dear{
    setting{"timezone_abbreviations", "Default"},
    setting{"check_function_bodies", "on"},
};

/// Not every user may set it for a function.
constexpr std::array for_sessions_only{setting{"plpgsql.check_asserts", "on"}};

auto as_sql(const auto& settings, std::string_view before, std::string_view after) -> std::string
{
    std::string sql;
    for (const auto& [name, value] : settings)
        sql.append(before).append(name).append(" = '").append(value).append("'").append(after);
    return sql;
}

}  // namespace

auto clauses() -> std::string { return as_sql(cheap, " set ", ""); }

auto clauses_for_one_call() -> std::string { return clauses() + as_sql(dear, " set ", ""); }

auto as_configured() -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (const auto& [name, value] : cheap) all.push_back(std::string(name) + "=" + std::string(value));
    return all;
}

void settle(pqxx::connection& session)
{
    pqxx::nontransaction tx(session);
    tx.exec(as_sql(cheap, "set ", "; ") + as_sql(dear, "set ", "; ") + as_sql(for_sessions_only, "set ", "; "));
}

}  // namespace annals::projections::settings
