// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/presence.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/telemetry/repeated_problem.hpp>

#include <algorithm>
#include <unistd.h>

namespace annals::operations {
namespace {

using eventstore::json;
using eventstore::timestamp;
using libpq::connection;
using libpq::parameters;

constexpr auto beat_every = std::chrono::seconds(2);
constexpr auto alive_for = std::chrono::seconds(10);
constexpr auto missed_for = std::chrono::hours(1);

constexpr auto upsert_process = R"sql(
    insert into annals.processes (id, program, version, host, pid, parts, knows)
    values ($1, $2, $3, $4, $5, $6, $7::jsonb)
    on conflict (id) do update
    set knows = excluded.knows, seen_at = clock_timestamp(), stopped_at = case when $8 then clock_timestamp() end
)sql";

constexpr auto forget_old = "delete from annals.processes where seen_at < clock_timestamp() - interval '7 days'";

constexpr auto select_processes = R"sql(
    select id, program, version, host, pid, parts, knows::text, started_at, seen_at, stopped_at, clock_timestamp(),
           run_by
    from annals.processes order by stopped_at is not null, seen_at desc
)sql";

auto from_json(const std::string& text) -> std::vector<process_subject>
{
    std::vector<process_subject> all;
    for (const auto& one : json::parse(text))
        all.push_back({one.value("kind", ""), one.value("name", ""), one.value("version", 1)});
    return all;
}

}  // namespace

auto to_json(const std::vector<process_subject>& knows) -> std::string
{
    auto list = json::array();
    for (const auto& one : knows) list.push_back({{"kind", one.kind}, {"name", one.name}, {"version", one.version}});
    return list.dump();
}

auto process_row::is_alive(timestamp now) const -> bool { return !stopped_at && now - seen_at < alive_for; }

auto this_process(const std::string& program, std::vector<std::string> parts) -> process_row
{
    process_row row;
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    row.program = program;
    row.version = ANNALS_VERSION;
    row.host = host;
    row.pid = ::getpid();
    row.parts = std::move(parts);
    return row;
}

auto read_processes(libpq::connection& log) -> process_rows
{
    process_rows all{.rows = {}, .now = eventstore::now()};
    const auto found = log.query(select_processes);
    for (int i = 0; i < found.size(); ++i) {
        auto& row = all.rows.emplace_back();
        row.id = found.get<eventstore::uuid>(i, 0);
        row.program = found.get<std::string>(i, 1);
        row.version = found.get<std::string>(i, 2);
        row.host = found.get<std::string>(i, 3);
        row.pid = found.get<std::int32_t>(i, 4);
        row.parts = found.list<std::string>(i, 5);
        row.knows = from_json(found.get<std::string>(i, 6));
        row.started_at = found.get<timestamp>(i, 7);
        row.seen_at = found.get<timestamp>(i, 8);
        row.stopped_at = found.find<timestamp>(i, 9);
        all.now = found.get<timestamp>(i, 10);
        row.run_by = found.get<std::string>(i, 11);
    }
    return all;
}

auto process_rows::missing() const -> std::vector<process_row>
{
    std::vector<process_row> lost;
    for (const auto& row : rows) {
        const bool is_lost = !row.stopped_at && !row.is_alive(now);
        if (is_lost && now - row.seen_at < missed_for && !is_replaced(row)) lost.push_back(row);
    }
    return lost;
}

auto process_rows::is_replaced(const process_row& lost) const -> bool
{
    return std::ranges::any_of(rows, [&](const process_row& row) {
        return row.seen_at - lost.seen_at >= alive_for && row.program == lost.program && row.parts == lost.parts;
    });
}

auto process_rows::who_knew(const std::string& name, const std::string& kind) const -> std::string
{
    const auto is_it = [&](const process_subject& one) { return one.name == name && one.kind == kind; };
    for (const auto& row : rows) {
        if (std::ranges::none_of(row.knows, is_it)) continue;
        return row.program + " on " + row.host + " was the last to know it, at " + eventstore::to_string(row.seen_at)
               + ": start it";
    }
    return {};
}

presence::presence(std::string dsn, process_row row, std::function<std::vector<process_subject>()> knows)
    : dsn_(std::move(dsn)), row_(std::move(row)), knows_(std::move(knows))
{}

void presence::beat(libpq::connection& log, bool ends)
{
    auto parts = libpq::array::of<std::string_view>();
    for (const auto& part : row_.parts) parts.add(std::string_view(part));
    log.query(upsert_process, parameters::of(row_.id, row_.program, row_.version, row_.host, row_.pid, std::move(parts),
                                             to_json(knows_()), ends));
}

void presence::run(std::stop_token stop)
{
    std::optional<libpq::connection> log;
    telemetry::repeated_problem problem("this process's row in annals.processes cannot be written");
    while (true) {
        try {
            if (!log) {
                log.emplace(dsn_, "presence");
                log->execute(forget_old);
            }
            beat(*log, stop.stop_requested());
            problem.over();
        } catch (const eventstore::server_away&) {
            log.reset();
        } catch (const std::exception& met) {
            log.reset();
            problem.met(met.what());
        }
        if (stop.stop_requested()) return;
        eventstore::pause(stop, beat_every);
    }
}

}  // namespace annals::operations
