// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/reader.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/append/remembered_append.hpp>
#include <annals/eventstore/postgres/log_statements.hpp>
#include <annals/eventstore/postgres/stream_statements.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr stream_version last_version{std::numeric_limits<std::int64_t>::max()};

/// If an event's share of the page is below this, the first attempt at the page would usually fail.
constexpr std::size_t small_event_bytes = 4 << 10;

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

/// Whether every event came with its texts.
auto is_whole(const result& rows) -> bool
{
    for (int row = 0; row < rows.size(); ++row)
        if (rows.is_null(row, 5)) return false;
    return true;
}

/// Most pages hold only small events and need one query. `ask(true, bytes)`: leaves out the texts of events larger
/// than `bytes`. `ask(false, bytes)`: as many events as have `bytes` together.
auto page_of(std::size_t events_max, std::size_t bytes_max, const auto& ask) -> result
{
    const auto share = bytes_max / std::max<std::size_t>(events_max, 1);
    if (share >= small_event_bytes) {
        auto rows = ask(true, share);
        if (is_whole(rows)) return rows;
    }
    return ask(false, std::max<std::size_t>(bytes_max, 1));
}

/// The rows of each log are together and in order.
auto rows_by_log(const result& rows) -> std::vector<int>
{
    std::vector<int> order(static_cast<std::size_t>(rows.size()));
    std::iota(order.begin(), order.end(), 0);
    const auto log_of = [&](int row) { return rows.get<std::int32_t>(row, 10); };
    if (!std::ranges::is_sorted(order, {}, log_of)) std::ranges::stable_sort(order, {}, log_of);
    return order;
}

/// The cursors of logs that exist, in columns.
struct cursor_columns {
    std::vector<const log_cursor*> asked = {};
    array logs = array::of<std::int32_t>();
    array after = array::of<std::int64_t>();
};

auto columns_of(std::span<const log_cursor> cursors, log_directory& directory) -> cursor_columns
{
    cursor_columns columns;
    for (const auto& cursor : cursors) {
        const auto category = directory.find(cursor.log.category);
        if (!category || cursor.log.partition < 0 || cursor.log.partition >= category->of.partitions) continue;
        columns.asked.push_back(&cursor);
        columns.logs.add(category->logs[static_cast<std::size_t>(cursor.log.partition)]);
        columns.after.add(cursor.position.number);
    }
    return columns;
}

auto pages_of(const result& rows, const std::vector<const log_cursor*>& asked, std::size_t bytes_max)
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
        const auto& log = asked[static_cast<std::size_t>(n - 1)]->log;
        event.stream.category = log.category;
        event.partition = log.partition;
        events.push_back(std::move(event));
    }
    return events;
}

}  // namespace

auto reader::rows_of(std::int32_t log, const std::string& key, const stream_range& range) -> result
{
    const auto* const small = range.order == direction::forwards ? statements::small_events_of_stream_forwards
                                                                 : statements::small_events_of_stream_backwards;
    const auto* const summed =
        range.order == direction::forwards ? statements::stream_forwards : statements::stream_backwards;
    return page_of(range.events_max, range.bytes_max, [&](bool are_small, std::size_t bytes) {
        return sessions_.query(are_small ? small : summed,
                               parameters::of(log, key, range.after.number, range.upto.value_or(last_version).number,
                                              limit(range.events_max), limit(bytes)));
    });
}

auto reader::read(const stream_id& stream, const stream_range& range) -> std::vector<recorded_event>
{
    std::vector<recorded_event> events;
    const auto category = logs_.find(stream.category);
    if (!category) return events;
    const auto log = category->log_of(stream.key);
    const auto rows = rows_of(log.number, stream.key, range);
    events.reserve(static_cast<std::size_t>(rows.size()));
    std::size_t bytes = 0;
    for (int row = 0; row < rows.size(); ++row) {
        auto event = event_at(rows, row);
        event.stream = stream;
        event.partition = log.partition;
        bytes += event.size_bytes();
        if (row > 0 && bytes > range.bytes_max) break;
        events.push_back(std::move(event));
    }
    return events;
}

auto reader::read_logs(std::span<const log_cursor> cursors, const page_size& page, direction order)
    -> std::vector<recorded_event>
{
    const auto [asked, logs, after] = columns_of(cursors, logs_);
    if (asked.empty()) return {};
    const auto* const small = order == direction::forwards ? statements::small_events_of_logs_forwards
                                                           : statements::small_events_of_logs_backwards;
    const auto* const summed = order == direction::forwards ? statements::logs_forwards : statements::logs_backwards;
    const auto rows = page_of(page.events_max, page.bytes_max, [&](bool are_small, std::size_t bytes) {
        return sessions_.query(are_small ? small : summed,
                               parameters::of(logs, after, limit(page.events_max), limit(bytes)));
    });
    return pages_of(rows, asked, page.bytes_max);
}

auto reader::watermarks(std::span<const log_cursor> cursors) -> std::vector<std::optional<timestamp>>
{
    std::vector<std::optional<timestamp>> all(cursors.size());
    const auto [asked, logs, after] = columns_of(cursors, logs_);
    if (asked.empty()) return all;
    const auto rows = sessions_.query(statements::watermarks, parameters::of(logs, after));
    for (int row = 0; row < rows.size(); ++row)
        all[static_cast<std::size_t>(asked[static_cast<std::size_t>(row)] - cursors.data())] =
            rows.find<timestamp>(row, 0);
    return all;
}

auto reader::heads(std::string_view category) -> std::vector<log_position>
{
    const auto rows = sessions_.query(statements::heads, parameters::of(category));
    if (rows.empty()) throw invalid_request("there is no category \"" + std::string(category) + "\"");
    std::vector<log_position> heads;
    for (int row = 0; row < rows.size(); ++row) heads.push_back({rows.get<std::int64_t>(row, 0)});
    return heads;
}

auto reader::find_appended(std::string_view category, std::string_view idempotency_key,
                           std::optional<std::string_view> used_for) -> std::optional<append_result>
{
    auto before = remembered::decode(
        sessions_.query(remembered::statement, remembered::parameters_of(category, idempotency_key, used_for)));
    if (!before) return {};
    return remembered::answer(idempotency_key, std::move(before->result), before->is_same);
}

}  // namespace annals::eventstore::postgres
