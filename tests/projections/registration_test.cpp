// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>
#include <annals/processors/worker.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/projection_source.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/view/view.hpp>
#include <tests/projections/support/cards.hpp>
#include <tests/projections/support/waiting.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace annals;

namespace {

/// Counts the events of one type: texts differ only in that type.
auto counting(const std::string& type) -> std::string
{
    return "-- projection: counted\n-- version: 1\n-- categories: sample\n"
           "create table counted (key text primary key, total int not null);\n"
           "-- apply: "
           + type
           + "\ninsert into counted as c select key, count(*) from batch group by key\n"
             "on conflict (key) do update set total = c.total + excluded.total;\n";
}

/// A log of 20 events of type a and then 7 of type b.
struct registered_database {
    tests::temporary_database database;
    eventstore::memory::memory_store store{1};
    processors::log_feed feed{store};
    pqxx::connection session{database.dsn()};

    registered_database()
    {
        for (int i = 0; i < 27; ++i) {
            const eventstore::new_event event{.type = i < 20 ? "a" : "b"};
            REQUIRE(store.append({.streams = {{{"sample", "S-1"}, eventstore::expected_version::any(), {event}}}}));
        }
    }
    /// Registers it and returns a processor of that registration.
    auto apply(const std::string& type) -> std::shared_ptr<processors::processor>
    {
        projections::registry::apply(session, projections::parse_sql(counting(type), "counted.sql").definition());
        auto found = projections::projection_source(database.dsn())();
        REQUIRE(found.size() == 1);
        return found.front();
    }
    void remove() { projections::registry::remove(session, "counted"); }

    auto logs() -> std::vector<processors::numbered_log>
    {
        const std::string category = "sample";
        return processors::number_logs(session, store, {&category, 1});
    }
    auto start(std::vector<projections::own_projection> own = {}) -> std::jthread
    {
        const processors::worker_settings settings{.model_dsn = database.dsn(),
                                                   .process = "test",
                                                   .source =
                                                       projections::projection_source(database.dsn(), std::move(own))};
        return std::jthread(
            [this, settings](const std::stop_token& stop) { processors::worker(settings, store, feed).run(stop); });
    }
    auto sees(const std::string& condition) const -> bool { return tests::comes_true(database.dsn(), condition); }
    auto total() -> int
    {
        pqxx::nontransaction tx(session);
        return tx.query_value<int>("select coalesce(sum(total), 0) from read.counted");
    }
};

/// A process that works on a registration, and may be stopped between any two of its steps.
struct process {
    process(registered_database& of, std::shared_ptr<processors::processor> one)
        : works_on(std::move(one)), worked(*works_on, of.store, of.feed)
    {
        worked.connect(processors::open_model_connection(of.database.dsn(), "test"));
    }
    std::shared_ptr<processors::processor> works_on;
    processors::batch_applier worked;
};

}  // namespace

TEST_CASE_FIXTURE(registered_database,
                  "a running worker continues with the new text of a projection that was removed and applied again")
{
    apply("a");
    const auto working = start();
    CHECK(sees("sum(total) = 20 from read.counted"));
    for (const auto* type : {"b", "a", "b"}) {
        remove();
        apply(type);
        CHECK(sees("sum(total) = " + std::string(*type == 'a' ? "20" : "7") + " from read.counted"));
        CHECK(sees("sum(position) = 27 from annals.checkpoints"));
    }
}

TEST_CASE_FIXTURE(registered_database, "a projection that is removed and applied again is resumed without a new event")
{
    apply("a");
    const auto working = start();
    for (int round = 0; round < 3; ++round) {
        CHECK(sees("sum(total) = 20 from read.counted"));
        remove();
        apply("a");
    }
    CHECK(sees("sum(total) = 20 from read.counted"));
}

TEST_CASE_FIXTURE(registered_database, "a view of the program that is removed and registered again is resumed")
{
    using intakes = projections::view<tests::intake>;
    const auto created = facts::to_new_event(tests::sample_created{.sample_type = "blood"});
    REQUIRE(store.append({.streams = {{{"sample", "S-1"}, eventstore::expected_version::any(), {created}}}}));
    projections::registry::apply(session, intakes::definition());
    const auto hash = [&] {
        pqxx::nontransaction tx(session);
        return projections::registry::find(tx, {"intake", 1})->hash;
    }();
    const auto make = [](const processors::processor_id& id) { return std::make_shared<intakes>(id); };
    const auto working = start({{intakes::definition().id, hash, make}});
    for (int round = 0; round < 3; ++round) {
        CHECK(sees("samples = 1 from read.intake"));
        projections::registry::remove(session, "intake");
        projections::registry::apply(session, intakes::definition());
    }
    CHECK(sees("samples = 1 from read.intake"));
}

TEST_CASE_FIXTURE(registered_database, "a process stopped before it took its logs takes none of the next text")
{
    process stopped(*this, apply("a"));
    remove();
    CHECK_THROWS_AS(stopped.worked.work_on(logs()), processors::replaced);
    process present(*this, apply("b"));
    CHECK_THROWS_AS(stopped.worked.work_on(logs()), processors::replaced);
    present.worked.work_on(logs());
    CHECK_THROWS_AS(stopped.worked.work_on(logs()), processors::replaced);
    CHECK(present.worked.step() == 27);
    CHECK(total() == 7);
}

TEST_CASE_FIXTURE(registered_database, "a process stopped before a batch cannot apply it to the next text")
{
    process stopped(*this, apply("a"));
    stopped.worked.work_on(logs());
    remove();
    process present(*this, apply("b"));
    CHECK_THROWS_AS(stopped.worked.step(), processors::fenced);
    present.worked.work_on(logs());          // now there are checkpoints of the same epoch and position
    CHECK_THROWS_AS(stopped.worked.step(), processors::fenced);
    CHECK(total() == 0);
    CHECK(stopped.worked.read_again() == logs());
    CHECK(present.worked.step() == 27);
    CHECK(total() == 7);
}

TEST_CASE_FIXTURE(registered_database, "a projection is removed after the current batch, never in the middle of it")
{
    class interrupted final : public processors::processor {
    public:
        interrupted(processors::processor& inner, registered_database& of) : inner_(inner), of_(of) {}
        auto id() const -> processors::processor_id override { return inner_.id(); }
        auto categories() const -> std::vector<std::string> override { return inner_.categories(); }
        auto distribution() const -> processors::work_distribution override { return inner_.distribution(); }
        void prepare(pqxx::connection& connection) override { inner_.prepare(connection); }
        void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
        {
            removing_ = std::jthread([this] { of_.remove(); });
            CHECK(of_.sees("exists (select from pg_stat_activity where wait_event_type = 'Lock' "
                           "and query like 'delete from annals.projections%' and datname = current_database())"));
            inner_.apply(tx, events);
        }

    private:
        processors::processor& inner_;
        registered_database& of_;
        std::jthread removing_;
    };
    const auto counted = apply("a");
    process working(*this, std::make_shared<interrupted>(*counted, *this));
    working.worked.work_on(logs());
    CHECK(working.worked.step() == 27);
    CHECK(sees("not exists (select from annals.checkpoints)"));
}

TEST_CASE_FIXTURE(registered_database, "an error that stopped a removed projection does not stop the next of its name")
{
    const auto before = apply("a");
    remove();
    const auto now = apply("b");
    const processors::processor_state stopped{.is = processors::activity::stopped, .reason = "of old"};
    {
        pqxx::work tx(session);
        CHECK_THROWS_AS(write_state(tx, before->id(), stopped), processors::replaced);
    }
    pqxx::work tx(session);
    CHECK(read_state(tx, now->id()).is == processors::activity::running);
    write_state(tx, now->id(), stopped);
    CHECK_THROWS_AS(write_state(tx, before->id(), {}), processors::replaced);
    CHECK(read_state(tx, now->id()).is == processors::activity::stopped);
    processors::pause(tx, {"counted", 1}, "by name");
    CHECK(read_state(tx, now->id()).reason == "by name");
}

TEST_CASE_FIXTURE(registered_database, "a process that has not been seen for ten seconds does no work any more")
{
    apply("a");
    const auto now = [&] {
        pqxx::nontransaction tx(session);
        return processors::read_activities(tx).at(0);
    };
    const auto seen = [&](const std::string& ago) {
        pqxx::nontransaction tx(session);
        tx.exec("insert into annals.lease_members (pid, backend_start, process, works, seen_at) "
                "select registration, now(), 'of ' || $1, array['processor counted/1/' || registration], "
                "clock_timestamp() - $1::interval from annals.projections "
                "on conflict (pid) do update set seen_at = excluded.seen_at",
                pqxx::params{ago});
    };
    seen("11 s");
    CHECK(now().state == "idle");
    CHECK(now().processes == 0);
    seen("0 s");
    CHECK(now().state == "running");
    CHECK(now().processes == 1);
}

TEST_CASE_FIXTURE(registered_database, "a failure of a removed projection does not count for the next one of its name")
{
    const auto state = [&] {
        pqxx::nontransaction tx(session);
        return processors::read_activities(tx).at(0).state;
    };
    const auto before = apply("a");
    {
        pqxx::work tx(session);
        const auto now = eventstore::now();
        processors::write_attempts(tx, before->id(), "process",
                                   {.failures = 3, .reason = "no room", .since = now, .failed_at = now});
        tx.commit();
    }
    CHECK(state() == "retrying");
    remove();
    apply("b");
    CHECK(state() == "idle");
}
