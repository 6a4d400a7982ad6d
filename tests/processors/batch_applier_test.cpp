// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/failure.hpp>
#include <annals/processors/log_feed.hpp>
#include <tests/processors/tally_checks.hpp>
#include <tests/support/hooked_store.hpp>

#include <algorithm>
#include <random>

using namespace annals;
using namespace annals::processors;
using namespace annals::processors::tests;

namespace {

/// One database, one log of two partitions, and batch appliers that work on it like different processes.
struct bench {
    annals::tests::temporary_database database;
    eventstore::memory::memory_store store{2};
    log_feed feed{store};
    tally counted;

    bench() { create_tally(database.dsn()); }

    auto connection() -> pqxx::connection { return open_model_connection(database.dsn(), "test"); }

    auto logs() -> std::vector<numbered_log>
    {
        auto model = connection();
        return number_logs(model, store, counted.categories());
    }

    void give_work_to(batch_applier& one)
    {
        one.connect(connection());
        one.work_on(logs());
    }

    auto total() -> std::int64_t { return tally_sum(database.dsn(), store, "tally"); }

    void end_backends()
    {
        auto other = connection();
        pqxx::nontransaction(other).exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = "
                                         "current_database() and pid <> pg_backend_pid()");
    }
};

void apply_all(batch_applier& worked)
{
    while (worked.step() > 0) {}
}

/// Delivers events with some of them left out, twice, or too old.
class careless_feed final : public feed {
public:
    careless_feed(feed& behind, unsigned seed) : behind_(behind), random_(seed) {}

    auto next(std::span<const eventstore::log_cursor> cursors, const eventstore::page_size& page)
        -> std::vector<eventstore::recorded_event> override
    {
        std::vector<eventstore::recorded_event> events;
        for (auto& event : behind_.next(cursors, page)) {
            const auto fate = random_() % 10;
            if (fate == 0) continue;
            if (fate == 1) events.push_back(event);
            if (fate == 2 && !events.empty()) events.push_back(events.front());
            events.push_back(std::move(event));
        }
        return events;
    }
    auto changes() -> eventstore::change_signal& override { return behind_.changes(); }

private:
    feed& behind_;
    std::minstd_rand random_;
};

}  // namespace

TEST_CASE("events are applied once each, and a new owner continues after the last one")
{
    bench at;
    append_things(at.store, 500);
    {
        batch_applier first(at.counted, at.store, at.feed);
        at.give_work_to(first);
        apply_all(first);
    }
    CHECK(at.total() == 500);

    append_things(at.store, 20);
    batch_applier second(at.counted, at.store, at.feed);
    at.give_work_to(second);
    apply_all(second);
    CHECK(at.total() == 520);
}

TEST_CASE("a former owner who does not know it cannot commit")
{
    bench at;
    append_things(at.store, 10);
    batch_applier zombie(at.counted, at.store, at.feed);
    at.give_work_to(zombie);

    batch_applier owner(at.counted, at.store, at.feed);
    at.give_work_to(owner);

    CHECK_THROWS_AS(zombie.step(), fenced);
    CHECK(at.total() == 0);
    CHECK(zombie.read_again().size() == 2);
    CHECK(zombie.step() == 0);
    apply_all(owner);
    CHECK(at.total() == 10);
}

TEST_CASE("an owner who has lost one log continues with the other")
{
    bench at;
    append_things(at.store, 40);
    batch_applier zombie(at.counted, at.store, at.feed);
    at.give_work_to(zombie);
    batch_applier owner(at.counted, at.store, at.feed);
    owner.connect(at.connection());
    owner.work_on(std::vector{at.logs()[0]});

    CHECK_THROWS_AS(zombie.step(), fenced);
    CHECK(zombie.read_again() == std::vector{at.logs()[0]});
    apply_all(zombie);
    CHECK(at.total() == at.store.heads("thing")[1].number);
    apply_all(owner);
    CHECK(at.total() == 40);
}

TEST_CASE("a feed that repeats, leaves out and reorders changes nothing")
{
    const auto seed = std::random_device{}();
    MESSAGE("seed " << seed);
    bench at;
    append_things(at.store, 600);
    careless_feed careless(at.feed, seed);
    batch_applier worked(at.counted, at.store, careless);
    at.give_work_to(worked);
    for (int round = 0; round < 300; ++round) worked.step();
    CHECK(at.total() == 600);
}

TEST_CASE("rolled back batches and ended backends cause no repeated and no missing event")
{
    const auto seed = std::random_device{}();
    MESSAGE("seed " << seed);
    std::minstd_rand random(seed);
    bench at;
    append_things(at.store, 2000);
    int interruptions = 0;
    at.counted.before = [&](const eventstore::recorded_event&) {
        const auto fate = random() % (interruptions < 20 ? 600 : 20'000);
        if (fate == 0) throw eventstore::unavailable("injected");
        if (fate == 1) at.end_backends();
    };
    batch_applier worked(at.counted, at.store, at.feed);
    at.give_work_to(worked);
    for (bool done = false; !done;) {
        try {
            if (!worked.connection()) worked.connect(at.connection());
            CHECK(worked.read_again().empty());
            worked.work_on(at.logs());
            done = worked.step() == 0;
        } catch (const std::exception& problem) {
            REQUIRE_FALSE(blames_event(problem));
            ++interruptions;
        }
    }
    MESSAGE(interruptions << " interruptions");
    CHECK(interruptions > 0);
    CHECK(at.total() == 2000);
}

TEST_CASE("a processor that does not park stops at an event that cannot be applied, and names it")
{
    bench at;
    at.counted.may_park = false;
    at.store.ensure_category({"thing", 1});
    append_things(at.store, 150);
    at.counted.before = [](const eventstore::recorded_event& event) {
        if (event.position.number == 103) throw std::runtime_error("no place for it");
    };
    batch_applier worked(at.counted, at.store, at.feed);
    at.give_work_to(worked);
    try {
        worked.step();
        FAIL("it was applied");
    } catch (const inapplicable& problem) {
        CHECK(problem.log == eventstore::log_id{"thing", 0});
        CHECK(problem.position == eventstore::log_position{103});
        CHECK(std::string(problem.what())
              == "event thing.happened of thing-k102 version 1 (thing/0@103) cannot be applied: no place for it");
    }
    CHECK(at.total() == 102);
    at.counted.before = [](const auto&) {};
    apply_all(worked);
    CHECK(at.total() == 150);
}

TEST_CASE("a batch that takes longer than allowed is made smaller until it fits, and grows again")
{
    class slow final : public tally {
    public:
        using tally::tally;
        std::vector<std::size_t> tried;
        std::size_t most = 3;
        void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
        {
            tried.push_back(events.size());
            if (events.size() > most) tx.exec("set local statement_timeout = '10ms'; select pg_sleep(60)");
            tally::apply(tx, events);
        }
    };
    bench at;
    at.store.ensure_category({"thing", 1});
    append_things(at.store, 150);
    slow counted;
    batch_applier worked(counted, at.store, at.feed);
    at.give_work_to(worked);
    worked.step();
    CHECK(at.total() == 150);
    CHECK(std::ranges::count_if(counted.tried, [](auto size) { return size > 3; }) <= 150 / 8 + 6);

    counted.tried.clear();
    append_things(at.store, 20);
    apply_all(worked);
    CHECK(at.total() == 170);
    CHECK(std::ranges::max(counted.tried) <= 4);

    counted.most = 1000;
    append_things(at.store, 500);
    apply_all(worked);
    CHECK(std::ranges::max(counted.tried) > 16);
    CHECK(at.total() == 670);
}

TEST_CASE("one event that takes longer than the database allows is retried later")
{
    class slow final : public tally {
    public:
        using tally::tally;
        bool is_slow = true;
        void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
        {
            if (is_slow) tx.exec("set local lock_timeout = '10ms'; lock table held in exclusive mode");
            tally::apply(tx, events);
        }
    };
    bench at;
    append_things(at.store, 8);
    auto other = at.connection();
    pqxx::nontransaction(other).exec("create table held ()");
    pqxx::work holder(other);
    holder.exec("lock table held in exclusive mode");
    slow counted;
    batch_applier worked(counted, at.store, at.feed);
    at.give_work_to(worked);
    try {
        worked.step();
        FAIL("it was applied");
    } catch (const std::exception& problem) {
        CHECK(is_time_out(problem));
        CHECK(!blames_event(problem));
    }
    counted.is_slow = false;
    apply_all(worked);
    CHECK(at.total() == 8);
}

TEST_CASE("a log that was restored to before a checkpoint is refused")
{
    bench at;
    append_things(at.store, 5);
    {
        batch_applier worked(at.counted, at.store, at.feed);
        at.give_work_to(worked);
        apply_all(worked);
    }
    eventstore::memory::memory_store restored{2};
    log_feed feed(restored);
    batch_applier worked(at.counted, restored, feed);
    worked.connect(at.connection());

    append_things(restored, 1);
    CHECK_THROWS_WITH_AS(worked.work_on(at.logs()), doctest::Contains("ends before it: the log was restored"),
                         eventstore::mismatch);
    append_things(restored, 10);
    CHECK_THROWS_WITH_AS(worked.work_on(at.logs()), doctest::Contains("there: the log was restored"),
                         eventstore::mismatch);
}

TEST_CASE("a log that is restored while it is read is refused, although it has the next events")
{
    bench at;
    annals::tests::hooked_store observed(at.store);
    log_feed feed(observed);
    append_things(at.store, 5);
    batch_applier worked(at.counted, observed, feed);
    at.give_work_to(worked);
    apply_all(worked);

    eventstore::memory::memory_store restored{2};
    append_things(restored, 20);
    observed.restore(restored);
    CHECK_THROWS_WITH_AS(worked.step(), doctest::Contains("there: the log was restored"), eventstore::mismatch);
    CHECK(at.total() == 5);
}

TEST_CASE("checkpoints that were restored together with the log are read again, and work continues there")
{
    bench at;
    eventstore::memory::memory_store restored{2};
    for (auto* store : {static_cast<eventstore::store*>(&at.store), static_cast<eventstore::store*>(&restored)})
        store->ensure_category({"thing", 1});
    for (int i = 0; i < 3; ++i) {
        const eventstore::new_event kept{.type = "thing.happened"};
        for (auto* store : {static_cast<eventstore::store*>(&at.store), static_cast<eventstore::store*>(&restored)})
            REQUIRE(store->append({.streams = {{{"thing", "k"}, eventstore::expected_version::any(), {kept}}}}));
    }
    annals::tests::hooked_store observed(at.store);
    log_feed feed(observed);
    batch_applier worked(at.counted, observed, feed);
    at.give_work_to(worked);
    apply_all(worked);
    auto other = at.connection();
    pqxx::nontransaction backup(other);
    backup.exec("create table checkpoints_then as select * from annals.checkpoints");
    backup.exec("create table tally_then as select * from tally");
    append_things(at.store, 2);
    apply_all(worked);
    CHECK(at.total() == 5);

    append_things(restored, 4);
    backup.exec("delete from annals.checkpoints; insert into annals.checkpoints select * from checkpoints_then");
    backup.exec("delete from tally; insert into tally select * from tally_then");
    observed.restore(restored);
    CHECK_THROWS_AS(worked.step(), fenced);
    CHECK(worked.read_again().empty());
    apply_all(worked);
    CHECK(at.total() == 7);
}

TEST_CASE("what a feed never delivers is read from the log")
{
    class torn_feed final : public feed {
    public:
        explicit torn_feed(feed& behind) : behind_(behind) {}
        auto next(std::span<const eventstore::log_cursor> cursors, const eventstore::page_size& page)
            -> std::vector<eventstore::recorded_event> override
        {
            auto events = behind_.next(cursors, page);
            if (!events.empty()) events.erase(events.begin());
            return events;
        }
        auto changes() -> eventstore::change_signal& override { return behind_.changes(); }

    private:
        feed& behind_;
    };
    bench at;
    at.store.ensure_category({"thing", 1});
    append_things(at.store, 3);
    torn_feed torn(at.feed);
    batch_applier worked(at.counted, at.store, torn);
    at.give_work_to(worked);
    CHECK(worked.step() == 3);
    CHECK(at.total() == 3);
}
