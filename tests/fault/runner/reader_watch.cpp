// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/reader_watch.hpp>

#include <pqxx/pqxx>

#include <map>
#include <vector>

namespace annals::fault_runs {

using namespace std::chrono_literals;

namespace {

/// Rows that are swapped for others which are behind count less.
constexpr auto query = "select 'fault_totals', coalesce(sum(total), 0)::bigint from read.fault_totals union all "
                       "select 'fault_card', coalesce(sum(total), 0)::bigint from read.fault_card union all "
                       "select 'fault_steps', coalesce(sum(total), 0)::bigint from read.fault_steps union all "
                       "select 'fault_journal', total from read.fault_grand_total";

/// The server is away, ends sessions, or has no room: classes 08, 53 and 57, and a broken connection.
auto is_outage(const std::exception& problem) -> bool
{
    if (dynamic_cast<const pqxx::broken_connection*>(&problem)) return true;
    const auto* const refused = dynamic_cast<const pqxx::sql_error*>(&problem);
    if (refused == nullptr) return false;
    const auto kind = refused->sqlstate().substr(0, 2);
    return kind.empty() || kind == "08" || kind == "53" || kind == "57";
}

}  // namespace

reader_watch::reader_watch(const servers& of)
    : servers_(of), thread_([this](const std::stop_token& stop) { run(stop); })
{}

auto reader_watch::take() -> checked
{
    const std::scoped_lock lock(mutex_);
    return std::exchange(found_, checked(found_.name()));
}

void reader_watch::found(const std::string& what)
{
    const std::scoped_lock lock(mutex_);
    found_.broken(what);
}

void reader_watch::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        try {
            watch(stop);
        } catch (const std::exception& problem) {
            if (!is_outage(problem)) found(std::string("a query failed: ") + problem.what());
        }
        std::this_thread::sleep_for(100ms);
    }
}

/// One session: a crash of the server ends it, and with it what was seen before.
void reader_watch::watch(const std::stop_token& stop)
{
    pqxx::connection connection(servers_.dsn() + " application_name=analyst");
    std::map<std::string, std::int64_t> seen;
    while (!stop.stop_requested()) {
        pqxx::nontransaction tx(connection);
        for (const auto& [model, total] : tx.query<std::string, std::int64_t>(query)) {
            auto& before = seen[model];
            if (total < before)
                found("an analyst saw " + std::to_string(before) + " events in " + model + ", and then "
                      + std::to_string(total));
            before = total;
        }
        ++queries_;
        std::this_thread::sleep_for(20ms);
    }
}

}  // namespace annals::fault_runs
