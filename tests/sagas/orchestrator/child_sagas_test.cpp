// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/orchestrator/running_orchestrator.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <set>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

using sagas::no_compensation;
using strings = std::vector<std::string>;

const sagas::definition journey{
    .name = "journey",
    .compensation_retries = 1,
    .steps = {{.id = "book", .service = "desk", .compensation = "unbook"},
              {.id = "flight",
               .compensation = sagas::undo_saga,
               .timeout = 1min,
               .retry_delay = 10ms,
               .after = {"book"},
               .saga = "flight"},
              {.id = "pay", .service = "desk", .compensation = "refund", .after = {"flight"}}}};

auto flight() -> sagas::definition
{
    return {.name = "flight",
            .steps = {{.id = "seat", .service = "desk", .compensation = "free"},
                      {.id = "meal", .service = "desk", .compensation = no_compensation, .after = {"seat"}}}};
}

/// A journey with its flight; the desk refuses some actions.
struct journeys {
    explicit journeys(std::set<std::string> refuses, sagas::definition second = flight())
    {
        auto desk = std::make_shared<sagas::local_participant>("desk");
        for (const auto* const action : {"book", "unbook", "pay", "refund", "seat", "free", "meal"})
            desk->on(action, [this, refuses](const sagas::request& asked) {
                did.add(asked.action);
                if (asked.step == "pay") flight_of_pay = asked.results.at("flight");
                return refuses.contains(asked.action) ? sagas::failed("no") : sagas::done(asked.action);
            });
        runs.emplace(database.dsn(), std::vector{journey, std::move(second)}, sagas::participant_list{desk});
        client.start({"journey", "J-1"}, {{"to", "Rome"}});
    }

    auto end() -> std::string { return client.wait_for_end({"journey", "J-1"}, 20s).value_or("no saga"); }
    auto error() -> std::string
    {
        pqxx::connection link(database.dsn());
        return pqxx::nontransaction(link).query_value<std::string>(
            "select error from annals.saga_states where saga_id = 'J-1'");
    }

    const temporary_database database;
    journal_of_actions did;
    eventstore::json flight_of_pay;
    sagas::client client{database.dsn()};
    std::optional<running_orchestrator> runs;
};

}  // namespace

TEST_CASE("a step can be another saga, whose results the next steps see")
{
    journeys all({});
    CHECK(all.end() == "completed");
    CHECK(all.client.status({"flight", "J-1.flight"}) == "completed");
    CHECK(all.did.all() == strings{"book", "seat", "meal", "pay"});
    CHECK(all.flight_of_pay == eventstore::json{{"meal", "meal"}, {"seat", "seat"}});
}

TEST_CASE("a completed saga is undone with the one that it is a step of")
{
    journeys all({"pay"});
    CHECK(all.end() == "compensated");
    CHECK(all.client.status({"flight", "J-1.flight"}) == "cancelled");
    CHECK(all.did.all() == strings{"book", "seat", "meal", "pay", "free", "unbook"});
}

TEST_CASE("a step whose saga fails has failed, and that saga has undone its own steps")
{
    journeys all({"meal"});
    CHECK(all.end() == "compensated");
    CHECK(all.did.all() == strings{"book", "seat", "meal", "free", "unbook"});
    CHECK(all.error() == "flight: its saga compensated: meal: no");
}

TEST_CASE("a saga that is beyond its pivot cannot be undone, and parks the other")
{
    auto final = flight();
    final.steps[1].pivot = true;
    journeys all({"pay"}, final);
    CHECK(all.end() == "parked");
    CHECK(all.client.status({"flight", "J-1.flight"}) == "completed");
    CHECK(all.error() == "flight: its saga completed: its step meal is the pivot and is completed: it can only go on");
}

TEST_CASE("sagas that run sagas are at most eight deep")
{
    const temporary_database database;
    std::vector<sagas::definition> all;
    for (int i = 0; i < 10; ++i)
        all.push_back({.name = "level_" + std::to_string(i),
                       .steps = {{.id = "next",
                                  .compensation = sagas::undo_saga,
                                  .timeout = 1min,
                                  .saga = "level_" + std::to_string(i + 1)}}});
    all.push_back({.name = "level_10",
                   .steps = {{.id = "wait", .compensation = no_compensation, .timeout = 1h, .signal = "go"}}});
    const running_orchestrator runs(database.dsn(), all, {});
    sagas::client client(database.dsn());
    client.start({"level_0", "S"});
    CHECK(client.wait_for_end({"level_0", "S"}, 20s) == "compensated");
    CHECK(client.status({"level_8", "S.next.next.next.next.next.next.next.next"}) == "compensated");
}
