// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/publication_status.hpp>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr auto status = R"(
    select l.category, l.partition, coalesce(t.topic, ''), coalesce(e.position, 0), coalesce(c.position, 0),
           case when c.event_id <> '00000000-0000-0000-0000-000000000000' then c.updated_at end,
           coalesce(p.process || ' (backend ' || p.pid || ')', ''),
           h.since, h.attempts, h.reason, h.to_do
    from annals.logs l
    left join lateral (select position from annals.events where log = l.log order by position desc limit 1) e on true
    left join annals.publication_topics t on t.category = l.category
    left join annals.publication_cursors c on c.log = l.log
    left join annals.publication_halts h on h.log = l.log
    left join annals.lease_holders() p on p.work = 'publication' and p.unit = l.log
    order by l.category, l.partition)";

}  // namespace

auto read_publication_status(connection& session) -> std::vector<log_publication>
try {
    const auto rows = session.query(status);
    std::vector<log_publication> logs;
    for (int row = 0; row < rows.size(); ++row) {
        auto& one = logs.emplace_back();
        one.log = {rows.get<std::string>(row, 0), rows.get<std::int32_t>(row, 1)};
        one.topic = rows.get<std::string>(row, 2);
        one.head = {rows.get<std::int64_t>(row, 3)};
        one.published = {rows.get<std::int64_t>(row, 4)};
        one.published_at = rows.find<timestamp>(row, 5);
        one.leader = rows.get<std::string>(row, 6);
        if (const auto since = rows.find<timestamp>(row, 7))
            one.halted = {*since, rows.get<std::int32_t>(row, 8), rows.get<std::string>(row, 9),
                          rows.get<std::string>(row, 10)};
    }
    return logs;
} catch (const statement_error& refused) {
    if (refused.sqlstate() != "42P01") throw;  // undefined_table
    throw mismatch(std::string("the publication tables are missing: ") + refused.what() + ". Run: annals migrate");
}

}  // namespace annals::eventstore::postgres
