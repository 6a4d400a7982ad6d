// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/orchestrator/running_orchestrator.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

using sagas::no_compensation;

const sagas::definition order{
    .name = "order",
    .steps = {{.id = "reserve", .service = "storage", .compensation = "release", .retry_delay = 10ms},
              {.id = "charge",
               .service = "bank",
               .compensation = "refund",
               .retries = 2,
               .retry_delay = 10ms,
               .after = {"reserve"}},
              {.id = "report", .service = "bank", .compensation = no_compensation, .after = {"charge"}}}};

auto participants(journal_of_actions& did, const sagas::local_participant::action& charge) -> sagas::participant_list
{
    const auto noted = [&did](const sagas::request& asked) {
        did.add(asked.action + " " + asked.saga_id);
        return sagas::done({{"by", asked.action}});
    };
    auto storage = std::make_shared<sagas::local_participant>("storage");
    storage->on("reserve", noted).on("release", noted);
    auto bank = std::make_shared<sagas::local_participant>("bank");
    bank->on("charge", charge).on("refund", noted).on("report", noted);
    return {storage, bank};
}

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a saga runs its steps in order and is completed, and its rows say so")
{
    const temporary_database database;
    journal_of_actions did;
    const auto charge = [&](const sagas::request& asked) {
        did.add("charge " + asked.saga_id);
        CHECK(asked.results == eventstore::json{{"reserve", {{"by", "reserve"}}}});
        return sagas::done();
    };
    const running_orchestrator runs(database.dsn(), {order}, participants(did, charge));
    sagas::client client(database.dsn());
    client.start({"order", "S-1"}, {{"volume", 4}}, "desk");

    CHECK(client.wait_for_end({"order", "S-1"}, 10s) == "completed");
    CHECK(did.all() == strings{"reserve S-1", "charge S-1", "report S-1"});
    pqxx::connection link(database.dsn());
    pqxx::nontransaction tx(link);
    const auto steps = tx.exec("select string_agg(step || ' ' || status || ' ' || attempts || ' ' || compensation, ', "
                               "' order by place) from annals.saga_steps");
    CHECK(steps[0][0].as<std::string>() == "reserve done 1 waiting, charge done 1 waiting, report done 1 waiting");
    const auto state = tx.exec("select status, current_steps::text, context::text, started_by, error is null, "
                               "completed_at > started_at, stream_version, (select count(*) from annals.saga_timers), "
                               "(select count(*) from annals.saga_inputs) from annals.saga_states");
    CHECK(state[0][0].as<std::string>() == "completed");
    CHECK(state[0][1].as<std::string>() == "{}");
    CHECK(state[0][2].as<std::string>() == "{\"volume\": 4}");
    CHECK(state[0][3].as<std::string>() == "desk");
    CHECK(state[0][4].as<bool>());
    CHECK(state[0][5].as<bool>());
    CHECK(state[0][6].as<int>() == 8);
    CHECK(state[0][7].as<int>() == 0);
    CHECK(state[0][8].as<int>() == 0);
    CHECK(tx.query_value<int>("select count(*) from annals.recorded_events where category = 'saga.order'") == 8);
    CHECK_THROWS_WITH_AS(client.start({"order", "S-1"}), "the saga S-1 of type order was started before",
                         eventstore::invalid_request);
    CHECK_THROWS_AS(client.start({"orders", "S-1"}), eventstore::invalid_request);
    CHECK_THROWS_WITH_AS(client.start({"order", "S-2"}, {{"long", std::string(600'000, 'x')}}),
                         doctest::Contains("the context of a saga has 6000"), eventstore::invalid_request);
    CHECK_THROWS_WITH_AS(client.start({"order", "S-2"}, eventstore::json::array()),
                         doctest::Contains("the context of a saga is a JSON object"), eventstore::invalid_request);
    CHECK(!client.status({"order", "S-2"}));
}

TEST_CASE("a step that fails for good undoes what was done, in reverse")
{
    const temporary_database database;
    journal_of_actions did;
    int charges = 0;
    const auto charge = [&](const sagas::request& asked) {
        did.add("charge " + asked.saga_id);
        if (++charges == 1) return sagas::try_again("the bank is closed");
        return sagas::failed("no money");
    };
    const running_orchestrator runs(database.dsn(), {order}, participants(did, charge));
    sagas::client client(database.dsn());
    client.start({"order", "S-1"});
    CHECK(client.wait_for_end({"order", "S-1"}, 10s) == "compensated");
    CHECK(did.all() == strings{"reserve S-1", "charge S-1", "charge S-1", "release S-1"});
    pqxx::connection link(database.dsn());
    pqxx::nontransaction tx(link);
    CHECK(tx.query_value<std::string>("select error from annals.saga_states") == "charge: no money");
}

TEST_CASE("a result that cannot be stored is an unknown outcome, and the step is undone")
{
    const temporary_database database;
    journal_of_actions did;
    const std::vector<eventstore::json> results{std::string("a\0b", 3), "\xff", std::string(600'000, 'x')};
    std::size_t charges = 0;
    const auto charge = [&](const sagas::request&) {
        did.add("charge");
        return sagas::done(results[charges++ % results.size()]);
    };
    const running_orchestrator runs(database.dsn(), {order}, participants(did, charge));
    sagas::client client(database.dsn());
    client.start({"order", "S-1"});
    CHECK(client.wait_for_end({"order", "S-1"}, 10s) == "compensated");
    CHECK(did.all() == strings{"reserve S-1", "charge", "charge", "charge", "refund S-1", "release S-1"});
}
