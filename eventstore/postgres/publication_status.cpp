// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/publication_status.hpp>

#include <eventstore/postgres/lock_classes.hpp>

namespace annals::eventstore::postgres {
namespace {

constexpr auto status = R"(
    select l.category, l.partition, coalesce(t.topic, ''), coalesce(e.position, 0), coalesce(c.position, 0),
           c.updated_at, coalesce(p.program || ' (backend ' || p.pid || ')', '')
    from annals.logs l
    left join lateral (select position from annals.events where log = l.log order by position desc limit 1) e on true
    left join annals.publication_topics t on t.category = l.category
    left join annals.publication_cursors c on c.log = l.log
    left join pg_locks k
        on k.locktype = 'advisory' and k.classid = $1::oid and k.objid = l.log::oid and k.objsubid = 2 and k.granted
       and k.database = (select oid from pg_database where datname = current_database())
    left join annals.publishers p on p.pid = k.pid
    order by l.category, l.partition)";

}  // namespace

auto read_publication_status(connection& session) -> std::vector<log_publication>
try {
    const auto rows = session.query(status, parameters::of(lock_class::publisher));
    std::vector<log_publication> logs;
    for (int row = 0; row < rows.size(); ++row)
        logs.push_back({{rows.get<std::string>(row, 0), rows.get<std::int32_t>(row, 1)},
                        rows.get<std::string>(row, 2),
                        {rows.get<std::int64_t>(row, 3)},
                        {rows.get<std::int64_t>(row, 4)},
                        rows.find<timestamp>(row, 5),
                        rows.get<std::string>(row, 6)});
    return logs;
} catch (const statement_error& refused) {
    if (refused.sqlstate() != "42P01") throw;  // undefined_table
    throw mismatch(std::string("the publication tables are missing: ") + refused.what() + ". Run: annals migrate");
}

}  // namespace annals::eventstore::postgres
