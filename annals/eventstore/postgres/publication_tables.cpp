// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/publication_tables.hpp>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr auto sign = R"(
    insert into annals.publication_leaders as l (log, epoch, pid, backend_start, since)
    select $1, 1, pid, backend_start, clock_timestamp() from pg_stat_activity where pid = pg_backend_pid()
    on conflict (log) do update
    set epoch = l.epoch + 1, pid = excluded.pid, backend_start = excluded.backend_start, since = excluded.since
    returning epoch)";

constexpr auto find_cursors = R"(
    select l.category, l.partition, c.position, c.topic_offset, c.event_id, c.incarnation
    from unnest($1::text[], $2::int[]) w(category, partition)
    join annals.logs l on l.tenant = '' and l.category = w.category and l.partition = w.partition
    join annals.publication_cursors c on c.log = l.log)";

}  // namespace

auto begin_to_lead(connection& session, int log) -> std::int64_t
{
    return session.query(sign, parameters::of(log)).get<std::int64_t>(0, 0);
}

auto read_topics(connection& session) -> std::map<std::string, std::string>
{
    const auto rows = session.query("select category, topic from annals.publication_topics");
    std::map<std::string, std::string> found;
    for (int row = 0; row < rows.size(); ++row) found[rows.get<std::string>(row, 0)] = rows.get<std::string>(row, 1);
    return found;
}

auto read_cursors(connection& session, std::span<const log_id> logs) -> std::vector<publication_cursor>
{
    auto categories = array::of<std::string_view>();
    auto partitions = array::of<std::int32_t>();
    for (const auto& [category, partition] : logs) {
        categories.add(std::string_view(category));
        partitions.add(partition);
    }
    const auto rows = session.query(find_cursors, parameters::of(std::move(categories), std::move(partitions)));
    std::vector<publication_cursor> found;
    for (int row = 0; row < rows.size(); ++row)
        found.push_back({{rows.get<std::string>(row, 0), rows.get<std::int32_t>(row, 1)},
                         {rows.get<std::int64_t>(row, 2)},
                         rows.get<std::int64_t>(row, 3),
                         rows.get<uuid>(row, 4),
                         rows.get<std::string>(row, 5)});
    return found;
}

}  // namespace annals::eventstore::postgres
