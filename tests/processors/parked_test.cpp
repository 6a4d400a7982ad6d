// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/parked.hpp>
#include <tests/processors/journal.hpp>
#include <tests/processors/parking_history.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <random>

using namespace annals;
using namespace annals::processors;
using namespace std::chrono_literals;
using annals::processors::tests::create_journal, annals::processors::tests::journal,
    annals::processors::tests::run_parking;

namespace {

struct bench {
    annals::tests::temporary_database database;
    eventstore::memory::memory_store store{2};
    log_feed feed{store};
    journal written{"thing"};
    pqxx::connection session{open_model_connection(database.dsn(), "operator")};

    bench()
    {
        create_journal(database.dsn());
        store.ensure_category({"thing", 2});
    }

    void append(const std::string& key, const std::string& data = "{}")
    {
        const eventstore::new_event event{.type = "happened", .data = data};
        REQUIRE(store.append({.streams = {{{"thing", key}, eventstore::expected_version::any(), {event}}}}));
    }

    void give_work_to(batch_applier& one)
    {
        one.connect(open_model_connection(database.dsn(), "test"));
        one.work_on(number_logs(session, store, written.categories()));
    }

    /// `a1 b1 a2`: what was written, in this order.
    auto lines(const std::string& key = "%") -> std::string
    {
        return pqxx::nontransaction(session).query_value<std::string>(
            "select coalesce(string_agg(key || version, ' ' order by line), '') from journal where key like $1",
            pqxx::params{key});
    }

    auto parked() -> std::vector<parked_key>
    {
        pqxx::nontransaction tx(session);
        return find_parked(tx, {.processor = "journal"});
    }

    /// Whether a session of this database waits for another's lock.
    auto waits_for_lock() -> bool
    {
        return pqxx::nontransaction(session).query_value<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() "
            "and wait_event_type = 'Lock')");
    }

    void ask(parked_act act)
    {
        for (const auto& one : parked()) {
            pqxx::nontransaction tx(session);
            CHECK(request(tx, one, act));
        }
    }
};

void apply_all(batch_applier& worked)
{
    while (worked.carry_out_request() || worked.step() > 0) {}
}

/// Refuses one event until it is cleared.
struct refusal {
    std::string key;
    std::int64_t version = 0;

    void operator()(const eventstore::recorded_event& event) const
    {
        if (event.stream.key == key && event.version.number == version) throw std::runtime_error("no place for it");
    }
};

/// A journal that refuses an event, and what works on it.
struct refusing_bench : bench {
    refusal refused;
    batch_applier worked{written, store, feed};

    explicit refusing_bench(refusal first) : refused(std::move(first))
    {
        written.before = [this](const auto& event) { refused(event); };
        give_work_to(worked);
    }

    void append_times(int count, const std::string& key)
    {
        for (int i = 0; i < count; ++i) append(key);
    }
    void apply_all() { ::apply_all(worked); }
    void ask_and_apply_all(parked_act act)
    {
        ask(act);
        apply_all();
    }
};

}  // namespace

TEST_CASE("an event that cannot be applied waits with its key's later ones, and the other keys go on")
{
    refusing_bench at({"a", 2});
    for (const auto* key : {"a", "b", "a", "b", "a", "c"}) at.append(key);
    at.apply_all();
    CHECK(at.lines("a") == "a1");
    CHECK(at.lines("b") == "b1 b2");
    CHECK(at.lines("c") == "c1");
    REQUIRE(at.parked().size() == 1);
    const auto first = at.parked()[0];
    CHECK(to_string(first.key) == "thing-a");
    CHECK(first.events == 2);
    CHECK(first.type == "happened");
    CHECK(first.reason == "no place for it");

    at.append("a");
    at.append("b");
    at.apply_all();
    CHECK(at.lines("a") == "a1");
    CHECK(at.lines("b") == "b1 b2 b3");
    CHECK(at.parked()[0].events == 3);

    at.ask_and_apply_all(parked_act::retry);
    CHECK(at.lines("a") == "a1");
    CHECK(at.parked()[0].attempts == 2);
    CHECK(at.parked()[0].request.empty());

    at.refused = {};
    at.ask_and_apply_all(parked_act::retry);
    CHECK(at.lines("a") == "a1 a2 a3 a4");
    CHECK(at.parked().empty());
    at.append("a");
    at.apply_all();
    CHECK(at.lines("a") == "a1 a2 a3 a4 a5");
}

TEST_CASE("a retry that meets another bad event applies what is before it, and waits there")
{
    refusing_bench at({"a", 1});
    at.append_times(7, "a");
    at.apply_all();
    CHECK(at.parked().at(0).events == 7);
    at.refused.version = 5;
    at.ask_and_apply_all(parked_act::retry);
    CHECK(at.lines() == "a1 a2 a3 a4");
    CHECK(at.parked().at(0).events == 3);
    at.refused = {};
    at.ask_and_apply_all(parked_act::retry);
    CHECK(at.lines() == "a1 a2 a3 a4 a5 a6 a7");
}

TEST_CASE("discarding drops the first event and applies the later ones, or drops all of them")
{
    refusing_bench at({"a", 2});
    at.append_times(4, "a");
    at.apply_all();
    at.ask_and_apply_all(parked_act::discard_first);
    CHECK(at.lines() == "a1 a3 a4");
    CHECK(at.parked().empty());

    at.refused.version = 5;
    at.append_times(3, "a");
    at.apply_all();
    CHECK(at.parked().at(0).events == 3);
    at.ask_and_apply_all(parked_act::discard_all);
    CHECK(at.lines() == "a1 a3 a4");
    CHECK(at.parked().empty());
    at.append("a");
    at.apply_all();
    CHECK(at.lines() == "a1 a3 a4 a8");
}

TEST_CASE("a discard means the event that was the first when it was asked for, and no later one")
{
    refusing_bench at({"a", 1});
    at.append_times(3, "a");
    at.apply_all();
    const auto seen = at.parked().at(0);
    at.refused.version = 2;
    at.ask_and_apply_all(parked_act::retry);
    CHECK(at.lines() == "a1");
    {
        pqxx::nontransaction tx(at.session);
        CHECK(request(tx, seen, parked_act::discard_first));
    }
    at.apply_all();
    CHECK(at.parked().at(0).events == 2);
    at.refused = {};
    at.ask_and_apply_all(parked_act::retry);
    CHECK(at.lines() == "a1 a2 a3");
}

TEST_CASE("edited data is applied in place of the stored data, and the log keeps that")
{
    bench at;
    at.written.before = [](const eventstore::recorded_event& event) {
        if (event.data.contains("bad")) throw std::runtime_error("it is bad");
    };
    batch_applier worked(at.written, at.store, at.feed);
    at.give_work_to(worked);
    at.append("a", R"({"n":"bad"})");
    at.append("a", R"({"n":2})");
    apply_all(worked);
    const auto key = at.parked().at(0);
    {
        pqxx::nontransaction tx(at.session);
        CHECK(edit(tx, key, key.position, R"({"n":1})"));
        CHECK_FALSE(edit(tx, key, key.position + 5, R"({"n":1})"));
        CHECK(events_of(tx, key, 10).at(0).edited == R"({"n":1})");
    }
    at.ask(parked_act::retry);
    apply_all(worked);
    CHECK(pqxx::nontransaction(at.session)
              .query_value<std::string>("select string_agg(data, ',' order by line) from "
                                        "journal")
          == R"({"n":1},{"n":2})");
    CHECK(at.store.read({"thing", "a"}).at(0).data == R"({"n":"bad"})");
}

TEST_CASE("the next owner of a log keeps its keys parked, and a former one can carry out no request")
{
    bench at;
    at.written.before = refusal{"a", 1};
    batch_applier former(at.written, at.store, at.feed);
    at.give_work_to(former);
    at.append("a");
    apply_all(former);
    batch_applier owner(at.written, at.store, at.feed);
    at.give_work_to(owner);
    at.append("a");
    apply_all(owner);
    CHECK(at.parked().at(0).events == 2);
    at.written.before = [](const auto&) {};
    at.ask(parked_act::retry);
    CHECK_THROWS_AS(former.carry_out_request(), fenced);
    CHECK(at.lines().empty());
    apply_all(owner);
    CHECK(at.lines() == "a1 a2");
}

TEST_CASE("a retry whose COMMIT is in doubt and arrives late is waited for before the parked keys are read again")
{
    refusing_bench at({"a", 1});
    at.append("a");
    at.apply_all();
    REQUIRE(at.parked().size() == 1);
    auto lost = open_model_connection(at.database.dsn(), "test");
    pqxx::work retried(lost);
    retried.exec("select from annals.checkpoints where processor = 'journal' for update");
    retried.exec("insert into journal (key, version, data) values ('a', 1, '{}')");
    retried.exec("delete from annals.parked_keys where processor = 'journal'");

    auto doubt = std::async(std::launch::async, [&] { return at.worked.read_again(); });
    while (!at.waits_for_lock() && doubt.wait_for(1ms) != std::future_status::ready) {}
    retried.commit();
    CHECK(doubt.get().empty());
    at.refused = {};
    at.append("a");
    at.apply_all();
    CHECK(at.lines() == "a1 a2");
    CHECK(at.parked().empty());
}

TEST_CASE("when more would be parked than allowed, the event is neither parked nor passed over")
{
    bench at;
    at.written.before = [](const eventstore::recorded_event& event) {
        if (event.stream.key != "well") throw std::runtime_error("no place for it");
    };
    batch_applier worked(at.written, at.store, at.feed, {}, {.keys = 2, .events = 3});
    at.give_work_to(worked);
    for (const auto* key : {"a", "b", "well", "c"}) at.append(key);
    CHECK_THROWS_WITH_AS(apply_all(worked), doctest::Contains("more than 2 keys would be parked"), too_much_parked);
    CHECK(at.parked().size() == 2);
    at.written.before = [](const auto&) {};
    CHECK(worked.read_again().empty());
    apply_all(worked);
    CHECK(at.lines("c") == "c1");
    at.append("a");
    at.append("a");
    CHECK_THROWS_WITH_AS(apply_all(worked), doctest::Contains("more than 3 events would be parked"), too_much_parked);
    CHECK(worked.read_again().empty());
    at.ask(parked_act::retry);
    apply_all(worked);
    CHECK(at.lines("a") == "a1 a2 a3");
}

TEST_CASE("a key's events are applied once each and in order, whatever fails and while owners change")
{
    const auto seed = std::random_device{}();
    MESSAGE("seed " << seed);
    const annals::tests::temporary_database database;
    create_journal(database.dsn());
    const auto outcome = run_parking(database.dsn(), seed);
    CHECK(outcome.fault == "");
    CHECK(outcome.keys_parked_max > 1);
}
