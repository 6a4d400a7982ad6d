// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/arrived.hpp>

#include <pqxx/pqxx>

namespace annals::tests {
namespace {

using acknowledged = std::map<std::string, std::int64_t>;

/// Of "key, how many, whether they are 1…n".
auto difference_by_key(pqxx::transaction_base& tx, const acknowledged& versions, pqxx::zview query) -> std::string
{
    std::size_t keys = 0;
    for (const auto& [key, count, is_dense] : tx.query<std::string, std::int64_t, bool>(query)) {
        ++keys;
        const auto wanted = versions.find(key);
        if (wanted == versions.end()) return key + " was never acknowledged";
        if (count != wanted->second)
            return key + " has " + std::to_string(count) + " of " + std::to_string(wanted->second);
        if (!is_dense) return key + " has one twice, a gap, or a wrong order";
    }
    if (keys != versions.size()) return std::to_string(keys) + " streams of " + std::to_string(versions.size());
    return {};
}

/// Whether each of the arrays that the query gives is 1…n.
auto are_dense(pqxx::transaction_base& tx, const std::string& query) -> bool
{
    return tx.query_value<bool>(
        "select bool_and(list = array(select generate_series(1::bigint, cardinality(list)))) from (" + query
        + ") lists (list)");
}

auto difference_in_log(pqxx::transaction_base& tx, const acknowledged& versions) -> std::string
{
    auto found =
        difference_by_key(tx, versions,
                          "select key, events, versions = array(select generate_series(1::bigint, events)) "
                          "from (select key, count(*) as events, array_agg(version order by position) as versions "
                          "      from annals.events group by key) streams");
    if (found.empty()
        && !are_dense(tx, "select array_agg(position order by recorded_at, position) from annals.events group by log"))
        found = "a log has a gap, or times that go back";
    return found.empty() ? found : "the log: " + found;
}

auto difference_in_totals(pqxx::transaction_base& tx, const acknowledged& versions) -> std::string
{
    const auto found =
        difference_by_key(tx, versions,
                          "select key, total, versions = array(select generate_series(1::bigint, total)) "
                          "from read.running_totals");
    return found.empty() ? found : "read.running_totals: " + found;
}

auto difference_in_journal(pqxx::transaction_base& tx, const acknowledged& versions) -> std::string
{
    std::int64_t all = 0;
    for (const auto& [key, version] : versions) all += version;
    const auto [total, lines] = tx.query1<std::int64_t, std::int64_t>(
        "select (select total from read.grand_total), (select count(*) from read.event_journal)");
    if (total != all || lines != all)
        return "read.event_journal: " + std::to_string(lines) + " lines, counted as " + std::to_string(total) + ", of "
               + std::to_string(all);
    if (!are_dense(tx, "select array_agg(position order by line) from read.event_journal group by log"))
        return "read.event_journal: an event was applied out of order";
    return {};
}

}  // namespace

auto difference_in_rows(const std::string& dsn, const acknowledged& versions) -> std::string
{
    try {
        pqxx::connection server(dsn);
        pqxx::read_transaction tx(server);
        auto found = difference_in_log(tx, versions);
        if (found.empty()) found = difference_in_totals(tx, versions);
        if (found.empty()) found = difference_in_journal(tx, versions);
        return found;
    } catch (const pqxx::failure& problem) {
        return problem.what();
    }
}

}  // namespace annals::tests
