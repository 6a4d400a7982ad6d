// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/orchestrator/running_orchestrator.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

using sagas::no_compensation;
using strings = std::vector<std::string>;

auto first_version() -> sagas::definition
{
    return {.name = "trip",
            .steps = {{.id = "ask", .compensation = no_compensation, .timeout = 1h, .signal = "answered"},
                      {.id = "book", .service = "agency", .compensation = "unbook", .after = {"ask"}}}};
}

auto second_version() -> sagas::definition
{
    auto changed = first_version();
    changed.version = 2;
    changed.steps.push_back({.id = "insure", .service = "agency", .compensation = "annul", .after = {"book"}});
    return changed;
}

auto agency(journal_of_actions& did) -> sagas::participant_list
{
    auto service = std::make_shared<sagas::local_participant>("agency");
    for (const auto* const action : {"book", "unbook", "insure", "annul"})
        service->on(action, [&did](const sagas::request& asked) {
            did.add(asked.action + " " + asked.saga_id);
            return sagas::done();
        });
    return {service};
}

}  // namespace

TEST_CASE("a saga keeps the version that it was started with, also in a program that has only the next one")
{
    const temporary_database database;
    journal_of_actions did;
    sagas::client client(database.dsn());
    {
        const running_orchestrator runs(database.dsn(), {first_version()}, agency(did));
        client.start({"trip", "T-1"});
        CHECK(client.wait_for_answer(client.ask({"trip", "T-1"}, sagas::pause{{"ada", "tea"}}), 10s));
    }
    const running_orchestrator runs(database.dsn(), {second_version()}, agency(did));
    client.start({"trip", "T-2"});
    CHECK(client.wait_for_answer(client.ask({"trip", "T-1"}, sagas::resume{{"ada", "back"}}), 10s)->refusal == "");
    for (const auto* const id : {"T-1", "T-2"}) {
        CHECK(client.wait_for_answer(client.ask({"trip", id}, sagas::signal{"answered", {}, "ada"}), 10s)->refusal
              == "");
        CHECK(client.wait_for_end({"trip", id}, 10s) == "completed");
    }
    CHECK(did.all() == strings{"book T-1", "book T-2", "insure T-2"});
}

TEST_CASE("a version that is known with other steps is refused")
{
    const temporary_database database;
    journal_of_actions did;
    {
        const running_orchestrator runs(database.dsn(), {first_version()}, agency(did));
    }
    auto changed = second_version();
    changed.version = 1;
    sagas::orchestrator wrong({.dsn = database.dsn(), .process = "test"}, {changed}, agency(did));
    CHECK_THROWS_WITH(wrong.run({}), doctest::Contains("version 1 of the saga trip is known with other steps"));
}

TEST_CASE("a definition that asks for what nobody does is refused, naming the steps")
{
    const temporary_database database;
    journal_of_actions did;
    auto wrong = first_version();
    wrong.steps[1].action = "bok";
    CHECK_THROWS_WITH_AS(
        sagas::orchestrator({.dsn = database.dsn(), .process = "test"}, {wrong}, agency(did)),
        "the saga trip asks for what this program cannot do:\n  step book: no participant agency has the action bok",
        eventstore::invalid_request);
}
