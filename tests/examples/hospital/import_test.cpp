// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/csv_reader.hpp>
#include <annals/cli/import/importer.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <tests/examples/hospital/sepsis.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace annals;
using namespace annals::cli::imports;
using namespace std::chrono_literals;

namespace {

auto import_hospital(const std::string& dsn) -> import_result
{
    const auto store = eventstore::postgres::open_store({.dsn = dsn, .unsafe = true});
    csv_reader reader(tests::sepsis::file);
    return import_rows(reader, *store, {.category = "hospital"});
}

auto events_in(eventstore::store& store) -> std::int64_t
{
    std::int64_t events = 0;
    if (!store.find_category("hospital")) return events;
    for (const auto head : store.heads("hospital")) events += head.number;
    return events;
}

/// Runs the import in a process of its own, and kills it when this many events are stored.
void kill_import(const std::string& dsn, std::int64_t events)
{
    const auto child = fork();
    if (child == 0) {
        import_hospital(dsn);
        _exit(0);
    }
    const auto store = eventstore::postgres::open_store({.dsn = dsn, .unsafe = true});
    int status = 0;
    while (events_in(*store) < events && waitpid(child, &status, WNOHANG) == 0) std::this_thread::sleep_for(1ms);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
}

/// Whether every patient's stream is what the file says: types, times and laboratory values in the file's order.
void check_streams(const std::string& dsn)
{
    const auto store = eventstore::postgres::open_store({.dsn = dsn, .unsafe = true});
    CHECK(events_in(*store) == 15'214);

    std::size_t differences = 0;
    for (const auto& [patient, rows] : tests::sepsis::patients()) {
        const auto events = store->read({"hospital", patient}, {.events_max = 10'000});
        REQUIRE(events.size() == rows.size());
        std::optional<eventstore::timestamp> last;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto data = eventstore::json::parse(events[i].data);
            const auto crp = tests::sepsis::value_of(rows[i], "CRP");
            differences += events[i].type != rows[i].at("concept:name");
            differences += events[i].occurred_at != eventstore::parse_timestamp(rows[i].at("time:timestamp"));
            differences += last && *events[i].occurred_at < *last;
            differences += data.contains("CRP") != crp.has_value() || (crp && data["CRP"] != std::stod(*crp));
            differences += data.size() != rows[i].size() - 3;
            last = events[i].occurred_at;
        }
    }
    CHECK(differences == 0);
}

}  // namespace

TEST_CASE("the hospital's log becomes 15,214 events in 1,050 streams in time order, and a rerun adds none")
{
    if (!tests::sepsis::is_there()) return;
    const tests::temporary_database database;
    const auto first = import_hospital(database.dsn());
    CHECK(first.stored == 15'214);
    CHECK(first.streams == 1'050);
    CHECK(first.out_of_time_order == 0);
    CHECK_FALSE(first.stopped_at);
    check_streams(database.dsn());

    const auto second = import_hospital(database.dsn());
    CHECK(second.stored == 0);
    CHECK(second.already_there == 15'214);
    check_streams(database.dsn());
}

TEST_CASE("an import that was killed twice is completed exactly by the next run")
{
    if (!tests::sepsis::is_there()) return;
    const tests::temporary_database database;
    for (const auto events : {1, 3'000, 6'000, 9'000, 12'000}) kill_import(database.dsn(), events);
    const auto last = import_hospital(database.dsn());
    CHECK(last.already_there >= 12'000);
    CHECK(last.stored == 15'214 - last.already_there);
    check_streams(database.dsn());
}
