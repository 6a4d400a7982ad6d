// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/comparison.hpp>
#include <tests/support/database.hpp>
#include <tests/support/property.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace annals;
using namespace annals::projections::rebuild;

namespace {

/// As they are written in SQL: texts say what is equal, NaN too.
struct row {
    std::string key, number, real, text;
    auto operator<=>(const row&) const = default;
};

auto random_row() -> row
{
    return {*rc::gen::element<std::string>("'a'", "'A'", "'ä'", "''", "'b c'", "'\"'", "'\\'"),
            *rc::gen::element<std::string>("null", "0", "1"),
            *rc::gen::element<std::string>("null", "'NaN'", "0.1", "2"),
            *rc::gen::element<std::string>("null", "''", "'()'", "'x'")};
}

struct expected_counts {
    std::int64_t missing = 0, added = 0, changed = 0;
    auto operator==(const expected_counts&) const -> bool = default;
};

auto by_key(const std::vector<row>& before, const std::vector<row>& after) -> expected_counts
{
    std::map<std::string, row> old_rows, new_rows;
    for (const auto& one : before) old_rows.emplace(one.key, one);
    for (const auto& one : after) new_rows.emplace(one.key, one);
    expected_counts counts;
    for (const auto& [key, one] : old_rows) {
        const auto found = new_rows.find(key);
        if (found == new_rows.end()) ++counts.missing;
        else if (found->second != one) ++counts.changed;
    }
    for (const auto& [key, one] : new_rows) counts.added += old_rows.contains(key) ? 0 : 1;
    return counts;
}

auto by_count(const std::vector<row>& before, const std::vector<row>& after) -> expected_counts
{
    std::multiset<row> left(before.begin(), before.end()), right(after.begin(), after.end());
    for (const auto& one : before)
        if (const auto same = right.find(one); same != right.end()) {
            right.erase(same);
            left.erase(left.find(one));
        }
    return {std::ssize(left), std::ssize(right), 0};
}

void fill(pqxx::transaction_base& tx, const std::string& schema, bool has_key, const std::vector<row>& rows)
{
    tx.exec("create schema " + schema);
    tx.exec("create table " + schema + ".t (key text" + (has_key ? " primary key" : "")
            + ", number int, real float8, text json, kind point)");
    for (const auto& one : rows)
        tx.exec("insert into " + schema + ".t values (" + one.key + ", " + one.number + ", " + one.real + ", to_json("
                + one.text + "::text), point(" + one.number + ", 1))");
}

}  // namespace

TEST_CASE("two random tables differ as separate code says")
{
    const tests::empty_database database;
    pqxx::connection session(database.dsn());
    tests::check_property("counted differences", [&] {
        const bool has_key = *rc::gen::arbitrary<bool>();
        auto before = *rc::gen::container<std::vector<row>>(rc::gen::exec(random_row));
        auto after = *rc::gen::container<std::vector<row>>(rc::gen::exec(random_row));
        const auto kept = std::min(before.size(), *rc::gen::inRange<std::size_t>(0, 10));
        after.insert(after.end(), before.begin(), before.begin() + static_cast<std::ptrdiff_t>(kept));
        for (auto* rows : {&before, &after}) {
            std::set<std::string> keys;
            if (has_key) std::erase_if(*rows, [&](const row& one) { return !keys.insert(one.key).second; });
        }
        pqxx::transaction<pqxx::isolation_level::repeatable_read> tx(session);
        fill(tx, "one", has_key, before);
        fill(tx, "other", has_key, after);
        const auto found = compare(tx, {.old_schema = "one", .new_schema = "other"}).tables.at(0);
        const auto expected = has_key ? by_key(before, after) : by_count(before, after);
        RC_ASSERT((expected_counts{found.missing, found.added, found.changed} == expected));
        RC_ASSERT(found.rows_old == std::ssize(before));
        RC_ASSERT(found.rows_new == std::ssize(after));
        std::int64_t told = 0;
        for (const auto& one : found.first) told += one.rows;
        if (found.first.size() < 20) RC_ASSERT(told == expected.missing + expected.added + expected.changed);
    });
}
