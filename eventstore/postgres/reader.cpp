// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/reader.hpp>

#include <eventstore/errors.hpp>
#include <eventstore/partition.hpp>
#include <eventstore/postgres/remembered_append.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace annals::eventstore::postgres {
namespace {

constexpr auto select_stream = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version, e.data, e.metadata, e.occurred_at, e.recorded_at
    from annals.events e
    where e.log = $1 and e.key = $2 and e.version > $3 and e.version <= $4
    order by e.version limit $5)sql";

/// Each log's events come in order, the logs in any. Sizes are those on the disk, compressed ones too: they keep a page
/// of large events from filling the memory, and the reader cuts to the byte.
constexpr auto select_logs = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version, e.data, e.metadata, e.occurred_at, e.recorded_at,
           e.key, c.n::int
    from unnest($1, $2) with ordinality c(log, after, n)
    cross join lateral (
        select page.*
        from (select e.*, sum(pg_column_size(e.data) + pg_column_size(e.metadata))
                  over (order by e.position rows between unbounded preceding and 1 preceding) as bytes_before
              from annals.events e where e.log = c.log and e.position > c.after order by e.position limit $3) page
        where page.bytes_before is null or page.bytes_before < $4
        order by page.position) e)sql";

constexpr auto select_heads = R"sql(
    select coalesce((select e.position from annals.events e where e.log = l.log order by e.position desc limit 1), 0)
    from annals.logs l where l.tenant = '' and l.category = $1 order by l.partition)sql";

auto event_at(const result& rows, int row) -> recorded_event
{
    return {.id = rows.get<uuid>(row, 0),
            .stream = {},
            .version = {rows.get<std::int64_t>(row, 1)},
            .position = {rows.get<std::int64_t>(row, 2)},
            .partition = 0,
            .type = rows.get<std::string>(row, 3),
            .schema_version = rows.get<std::int16_t>(row, 4),
            .data = rows.get<std::string>(row, 5),
            .metadata = rows.get<std::string>(row, 6),
            .occurred_at = rows.find<timestamp>(row, 7),
            .recorded_at = rows.get<timestamp>(row, 8)};
}

auto limit(std::size_t events_max) -> std::int64_t
{
    return static_cast<std::int64_t>(std::min<std::size_t>(events_max, std::numeric_limits<std::int32_t>::max()));
}

/// The rows of each log are together and in order.
auto rows_by_log(const result& rows) -> std::vector<int>
{
    std::vector<int> order(static_cast<std::size_t>(rows.size()));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](int row) { return rows.get<std::int32_t>(row, 10); });
    return order;
}

auto pages_of(const result& rows, const std::vector<const log_id*>& asked, std::size_t bytes_max)
    -> std::vector<recorded_event>
{
    std::vector<recorded_event> events;
    events.reserve(static_cast<std::size_t>(rows.size()));
    int current = 0;
    std::size_t bytes = 0;
    for (const auto row : rows_by_log(rows)) {
        auto event = event_at(rows, row);
        event.stream.key = rows.get<std::string>(row, 9);
        const auto n = rows.get<std::int32_t>(row, 10);
        const bool is_first = std::exchange(current, n) != n;
        bytes = (is_first ? 0 : bytes) + event.size_bytes();
        if (!is_first && bytes > bytes_max) continue;
        const auto& log = *asked[static_cast<std::size_t>(n - 1)];
        event.stream.category = log.category;
        event.partition = log.partition;
        events.push_back(std::move(event));
    }
    return events;
}

}  // namespace

auto reader::read(const stream_id& stream, const stream_range& range) -> std::vector<recorded_event>
{
    std::vector<recorded_event> events;
    const auto category = logs_.find(stream.category);
    if (!category) return events;
    const auto partition = partition_of(stream.key, category->name.partitions);
    parameters values;
    values.add(category->logs[static_cast<std::size_t>(partition)]);
    values.add(stream.key);
    values.add(range.after.number);
    values.add(range.upto.value_or(stream_version{std::numeric_limits<std::int64_t>::max()}).number);
    values.add(limit(range.events_max));
    const auto rows = sessions_.query(select_stream, values);
    events.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        auto& event = events.emplace_back(event_at(rows, row));
        event.stream = stream;
        event.partition = partition;
    }
    return events;
}

auto reader::read_logs(std::span<const log_cursor> cursors, const page_size& page) -> std::vector<recorded_event>
{
    std::vector<const log_id*> asked;
    auto logs = array::of<std::int32_t>();
    auto after = array::of<std::int64_t>();
    for (const auto& cursor : cursors) {
        const auto category = logs_.find(cursor.log.category);
        if (!category || cursor.log.partition < 0 || cursor.log.partition >= category->name.partitions) continue;
        asked.push_back(&cursor.log);
        logs.add(category->logs[static_cast<std::size_t>(cursor.log.partition)]);
        after.add(cursor.position.number);
    }
    if (asked.empty()) return {};
    parameters values;
    values.add(std::move(logs));
    values.add(std::move(after));
    values.add(limit(page.events_max));
    values.add(limit(page.bytes_max));
    return pages_of(sessions_.query(select_logs, values), asked, page.bytes_max);
}

auto reader::heads(std::string_view category) -> std::vector<log_position>
{
    parameters name;
    name.add(category);
    const auto rows = sessions_.query(select_heads, name);
    if (rows.empty()) throw invalid_request("there is no category \"" + std::string(category) + "\"");
    std::vector<log_position> heads;
    for (int row = 0; row < rows.size(); ++row) heads.push_back({rows.get<std::int64_t>(row, 0)});
    return heads;
}

auto reader::find_appended(std::string_view category, std::string_view idempotency_key) -> std::optional<appended>
{
    return remembered::decode(
        sessions_.query(remembered::statement, remembered::parameters_of(category, idempotency_key)));
}

}  // namespace annals::eventstore::postgres
