// SPDX-License-Identifier: Apache-2.0
#include <tests/planted_bugs/planted_readers.hpp>

#include <annals/libpq/connection.hpp>

#include <algorithm>
#include <memory>

namespace annals::planted_bugs {

using namespace eventstore;

namespace {

constexpr auto below_the_oldest = R"sql(
    select e.id, e.key from annals.events e join annals.logs l using (log)
    where l.category = $1 and l.partition = $2 and e.position > $3
          and e.xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    order by e.position limit $4)sql";

constexpr auto by_transaction = R"sql(
    select e.id, e.key from annals.events e join annals.logs l using (log)
    where l.category = $1 and l.partition = $2 and e.position > $3
    order by e.xmin::text::bigint, e.position limit $4)sql";

}  // namespace

auto lagging_reader::read(const stream_id& stream, const stream_range& range) -> std::vector<recorded_event>
{
    const auto now = std::chrono::steady_clock::now();
    const std::scoped_lock lock(mutex_);
    auto& kept = copies_[stream];
    if (now - kept.made > std::chrono::milliseconds{5}) kept = {now, behind().read(stream, {})};
    std::vector<recorded_event> events;
    for (const auto& event : kept.events)
        if (event.version > range.after && event.version <= range.upto.value_or(event.version)
            && events.size() < range.events_max)
            events.push_back(event);
    return events;
}

auto rewriting_reader::read_logs(std::span<const log_cursor> cursors, const page_size& page, direction order)
    -> std::vector<recorded_event>
{
    auto events = behind().read_logs(cursors, page, order);
    for (auto& event : events) std::erase(event.data, '"');
    return events;
}

auto statement_reader::read_logs(std::span<const log_cursor> cursors, const page_size& page, direction)
    -> std::vector<recorded_event>
{
    thread_local std::map<std::string, std::unique_ptr<libpq::connection>> sessions;
    auto& session = sessions[dsn_];
    if (!session) session = std::make_unique<libpq::connection>(dsn_);
    std::vector<recorded_event> events;
    for (const auto& [log, after] : cursors) {
        libpq::parameters values;
        values.add(log.category);
        values.add(std::int32_t{log.partition});
        values.add(after.number);
        values.add(static_cast<std::int64_t>(page.events_max));
        const auto rows = session->query(statement_, values);
        for (int row = 0; row < rows.size(); ++row) {
            const auto stream = behind().read({log.category, rows.get<std::string>(row, 1)}, {});
            const auto found = std::ranges::find(stream, rows.get<uuid>(row, 0), &recorded_event::id);
            if (found != stream.end()) events.push_back(*found);
        }
    }
    return events;
}

oldest_transaction_reader::oldest_transaction_reader(std::shared_ptr<store> behind, std::string dsn)
    : statement_reader(std::move(behind), std::move(dsn), below_the_oldest)
{}

transaction_order_reader::transaction_order_reader(std::shared_ptr<store> behind, std::string dsn)
    : statement_reader(std::move(behind), std::move(dsn), by_transaction)
{}

}  // namespace annals::planted_bugs
