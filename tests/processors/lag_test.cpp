// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/lag.hpp>
#include <annals/processors/log_feed.hpp>
#include <tests/processors/tally_checks.hpp>

#include <thread>

using namespace annals;
using namespace annals::processors;
using namespace annals::processors::tests;

TEST_CASE("lag is the events after the checkpoint and the oldest one's age, even before anyone has begun")
{
    annals::tests::temporary_database database;
    create_tally(database.dsn());
    eventstore::memory::memory_store store(2);
    log_feed feed(store);
    tally counted;
    append_things(store, 30);
    auto model = open_model_connection(database.dsn(), "test");
    batch_applier worked(counted, store, feed);
    worked.connect(open_model_connection(database.dsn(), "test"));
    worked.work_on(number_logs(model, store, counted.categories()));
    while (worked.step() > 0) {}

    auto all = lag(model, store);
    REQUIRE(all.size() == 1);
    CHECK(all[0].processor == counted.id());
    CHECK(all[0].applied == 30);
    CHECK(all[0].events == 0);
    CHECK(all[0].age.count() == 0);

    append_things(store, 1, "thing", 100);
    std::this_thread::sleep_for(std::chrono::milliseconds(30));    // the age that is checked below
    append_things(store, 6, "thing", 101);
    all = lag(model, store);
    CHECK(all[0].applied == 30);
    CHECK(all[0].events == 7);
    CHECK(all[0].age >= std::chrono::milliseconds(30));
    CHECK(all[0].age < std::chrono::minutes(1));

    pqxx::nontransaction(model).exec(
        "insert into annals.projections (name, version, kind, categories, definition, hash, live) "
        "values ('forgotten', 1, 'sql', '{thing,unknown}', '', '', true), "
        "('later', 2, 'sql', '{thing}', '', '', false)");
    all = lag(model, store);
    REQUIRE(all.size() == 2);
    CHECK(same_version(all[0].processor, {"forgotten", 1}));
    CHECK(all[0].applied == 0);
    CHECK(all[0].events == 37);
    CHECK(all[0].age >= std::chrono::milliseconds(30));
    pqxx::nontransaction(model).exec("delete from annals.projections");

    const auto logs = lag_by_log(model, store);
    REQUIRE(logs.size() == 2);
    CHECK(logs[0].events() + logs[1].events() == 7);
    CHECK(logs[0].head == store.heads("thing")[0]);
}
