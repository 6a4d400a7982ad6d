// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/processor_state.hpp>
#include <annals/processors/worker.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/projection_source.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/telemetry/log.hpp>
#include <tests/support/database.hpp>
#include <tests/support/kept_lines.hpp>
#include <tests/support/login_user.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace annals;
using namespace std::chrono_literals;

namespace {

const std::string tally = R"(-- projection: tally
-- version: 1
-- categories: thing
create table tally (key text primary key, total int not null);
-- apply: *
insert into tally as t select key, count(*) from batch group by key
on conflict (key) do update set total = t.total + excluded.total;
)";

/// A worker on the projection `tally`, and an operator who breaks things.
struct bench {
    tests::temporary_database database;
    eventstore::memory::memory_store store{2};
    processors::log_feed feed{store};
    pqxx::connection operating{database.dsn()};
    std::shared_ptr<tests::kept_lines> log = std::make_shared<tests::kept_lines>();
    int appended = 0;

    bench()
    {
        telemetry::send_log_to(log);
        store.ensure_category({"thing", 2});
        projections::registry::apply(operating, projections::parse_sql(tally, "tally.sql").definition());
    }
    ~bench() { telemetry::send_log_to(nullptr); }
    bench(const bench&) = delete;
    auto operator=(const bench&) -> bench& = delete;

    auto start() -> std::jthread { return start(database.dsn()); }
    auto start(const std::string& dsn) -> std::jthread
    {
        const processors::worker_settings settings{
            .model_dsn = dsn, .process = "test", .source = projections::projection_source(dsn)};
        return std::jthread(
            [this, settings](const std::stop_token& stop) { processors::worker(settings, store, feed).run(stop); });
    }

    void append(int count)
    {
        for (int i = 0; i < count; ++i) {
            eventstore::append_request request;
            request.streams.push_back({{"thing", "k" + std::to_string(appended++ % 5)},
                                       eventstore::expected_version::any(),
                                       {{.type = "thing.happened"}}});
            REQUIRE(store.append(request));
        }
    }

    /// Changes to a database are made from another one.
    void execute(std::string sql)
    {
        const auto name = sql.find(":name");
        if (name == std::string::npos) return void(pqxx::nontransaction(operating).exec(sql));
        pqxx::connection beside("");
        pqxx::nontransaction(beside).exec(sql.replace(name, 5, database.name()));
    }

    auto is_soon(auto&& condition) -> bool { return tests::waited_until(30s, condition); }
    auto is_soon_true(const std::string& sql) -> bool
    {
        return is_soon([&] { return pqxx::nontransaction(operating).query_value<bool>("select " + sql); });
    }
    /// By the projection itself; or, when the server accepts no session, by the process for all its parts.
    auto is_complained() -> bool
    {
        return is_soon([&] { return log->count("warning ") > 0 || log->count("error ") > 0; });
    }
    void forget_complaints() { log->take(); }
    auto has_all() -> bool
    {
        return is_soon_true("coalesce(sum(total), 0) = " + std::to_string(appended) + " from read.tally");
    }
    auto state() -> std::string
    {
        return pqxx::nontransaction(operating).query_value<std::string>(
            "select state from annals.processor_activity() where processor = 'tally'");
    }
};

const std::string end_backends =
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";

/// Something that fails for a while, somewhere between a worker's connection and its rows.
struct passing_failure {
    std::string what, begins, ends;
};

auto raised_on(const std::string& table, const std::string& act, const std::string& sqlstate) -> passing_failure
{
    return {sqlstate + " on " + act + " of " + table,
            "create function public.fail() returns trigger language plpgsql as "
            "$$begin raise 'injected' using errcode = '"
                + sqlstate + "'; end$$; create trigger failing before " + act + " on " + table
                + " execute function public.fail()",
            "drop trigger failing on " + table + "; drop function public.fail()"};
}

auto raised_while_preparing(const std::string& sqlstate) -> passing_failure
{
    return {sqlstate + " while the temporary table is made",
            "create function public.fail() returns event_trigger language plpgsql as "
            "$$begin raise 'injected' using errcode = '"
                + sqlstate
                + "'; end$$; create event trigger failing on ddl_command_end when tag in ('CREATE TABLE', 'GRANT') "
                  "execute function public.fail()",
            "drop event trigger failing; drop function public.fail()"};
}

auto passing_failures() -> std::vector<passing_failure>
{
    return {raised_while_preparing("53100"),
            raised_while_preparing("58030"),
            raised_while_preparing("42501"),
            raised_while_preparing("XX000"),
            raised_on("annals.checkpoints", "insert", "53100"),
            raised_on("annals.checkpoints", "update", "42501"),
            raised_on("annals.leases", "insert", "53200"),
            raised_on("annals.lease_members", "insert", "55000"),
            {"a table of states that is not there", "alter table annals.processor_states rename to away",
             "alter table annals.away rename to processor_states"},
            {"a block that is not there", "alter function p_tally_1.block_1() rename to away",
             "alter function p_tally_1.away() rename to block_1"},
            {"a table that is not there", "alter table p_tally_1.tally rename to away",
             "alter table p_tally_1.away rename to tally"},
            {"a database that accepts no sessions", "alter database :name allow_connections false",
             "alter database :name allow_connections true"}};
}

}  // namespace

TEST_CASE("whatever fails for a while between a connection and its rows, a projection recovers by itself")
{
    bench at;
    for (const auto& failure : passing_failures()) {
        CAPTURE(failure.what);
        at.forget_complaints();
        at.execute(failure.begins);
        at.append(3);
        const auto working = at.start();
        CHECK(at.is_complained());
        at.execute(end_backends);
        at.execute(failure.ends);
        CHECK(at.has_all());
        CHECK(at.is_soon([&] { return at.state() == "running"; }));
    }
}

TEST_CASE("a lock held while a session is prepared makes the projection wait, and no longer than that")
{
    bench at;
    at.execute("alter database :name set lock_timeout = '100ms'");
    pqxx::connection holding(at.database.dsn());
    std::optional<pqxx::work> held(std::in_place, holding);
    held->exec("set local lock_timeout = 0; lock table pg_catalog.pg_attribute in share mode");
    at.append(10);
    auto working = at.start();
    CHECK(at.is_soon([&] { return at.state() == "retrying"; }));
    CHECK(at.is_soon_true("failures >= 3 and reason like '%lock timeout%' and since < now() "
                          "from annals.processor_activity() where processor = 'tally'"));
    held.reset();
    CHECK(at.has_all());
    CHECK(at.is_soon([&] { return at.state() == "running"; }));
    CHECK(at.is_soon_true("not exists (select from annals.processor_failures)"));
}

TEST_CASE("a user whose role is taken away for a while continues when it is given back")
{
    bench at;
    const std::vector<std::string> projecting{"annals_projector"};
    const tests::login_user service(at.database, "service", projecting);
    at.append(10);
    auto working = at.start(service.dsn());
    REQUIRE(at.has_all());
    at.forget_complaints();
    at.execute("revoke annals_projector from " + service.name());
    at.append(5);
    CHECK(at.is_complained());
    at.execute("grant annals_projector to " + service.name());
    CHECK(at.has_all());
}

TEST_CASE("the last failure can be read after the process has ended, until some process succeeds")
{
    bench at;
    at.append(5);
    at.execute("alter table p_tally_1.tally rename to away");
    {
        auto working = at.start();
        CHECK(at.is_soon([&] { return at.state() == "retrying"; }));
    }
    CHECK(at.is_soon_true("processes = 0 and state = 'retrying' and reason like '%tally%' "
                          "from annals.processor_activity() where processor = 'tally'"));
    at.execute("alter table p_tally_1.away rename to tally");
    auto working = at.start();
    CHECK(at.is_soon([&] { return at.state() == "running"; }));
    CHECK(at.has_all());
    working.request_stop();
    working.join();
    CHECK(at.state() == "idle");
}
