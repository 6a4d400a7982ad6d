// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/orchestrator/running_orchestrator.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <atomic>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

using sagas::no_compensation;
using strings = std::vector<std::string>;

const sagas::by_hand ada{"ada", "because"};

const sagas::definition visit{
    .name = "visit",
    .compensation_retries = 1,
    .steps = {
        {.id = "invite", .service = "desk", .compensation = "uninvite", .retry_delay = 10ms},
        {.id = "arrival", .compensation = no_compensation, .timeout = 1h, .after = {"invite"}, .signal = "arrived"},
        {.id = "welcome", .service = "desk", .compensation = no_compensation, .after = {"arrival"}}}};

/// Visits, and a desk that does what it is asked for.
struct visits {
    visits()
    {
        desk->on("invite", noted).on("welcome", noted).on("uninvite", [this](const sagas::request& asked) {
            did.add("uninvite " + asked.saga_id);
            return is_broken ? sagas::try_again("the desk is broken") : sagas::done();
        });
        runs.emplace(database.dsn(), std::vector{visit}, sagas::participant_list{desk});
    }

    /// An answer, "" when it was done.
    auto ask(const std::string& id, const sagas::input& what) -> std::string
    {
        const auto answer = client.wait_for_answer(client.ask({"visit", id}, what), 10s);
        REQUIRE(answer);
        return answer->refusal;
    }
    void start(const std::string& id)
    {
        client.start({"visit", id});
        wait_for(id, "running", "{arrival}");
    }
    void wait_for(const std::string& id, const std::string& status, const std::string& steps)
    {
        pqxx::connection link(database.dsn());
        std::string last;
        for (int i = 0; i < 1000 && last != status + " " + steps; ++i) {
            if (i > 0) std::this_thread::sleep_for(10ms);
            pqxx::nontransaction tx(link);
            last = tx.query_value<std::string>(
                "select status || ' ' || current_steps::text from annals.saga_states where saga_id = $1",
                pqxx::params{id});
        }
        CHECK(last == status + " " + steps);
    }

    const temporary_database database;
    journal_of_actions did;
    std::atomic<bool> is_broken = false;
    sagas::local_participant::action noted = [this](const sagas::request& asked) {
        did.add(asked.action + " " + asked.saga_id);
        return sagas::done();
    };
    std::shared_ptr<sagas::local_participant> desk = std::make_shared<sagas::local_participant>("desk");
    sagas::client client{database.dsn()};
    std::optional<running_orchestrator> runs;
};

}  // namespace

TEST_CASE("a saga waits for its signal, and each wrong one is refused")
{
    visits all;
    all.start("V-1");
    CHECK(all.ask("V-1", sagas::signal{"arived", {}, "ada"}) == "nobody waits for the signal arived");
    CHECK(all.ask("V-1", sagas::signal{"arrived", {{"at", "nine"}}, "ada"}) == "");
    CHECK(all.client.wait_for_end({"visit", "V-1"}, 10s) == "completed");
    CHECK(all.did.all() == strings{"invite V-1", "welcome V-1"});
    CHECK(all.ask("V-1", sagas::signal{"arrived", {}, "ada"}) == "it is over: completed");
    CHECK_THROWS_WITH_AS(all.client.ask({"visit", "V-2"}, sagas::pause{ada}),
                         doctest::Contains("there is no saga V-2 of type visit"), eventstore::invalid_request);
}

TEST_CASE("a cancelled saga is undone, and cannot be cancelled again")
{
    visits all;
    all.start("V-1");
    CHECK(all.ask("V-1", sagas::cancel{ada}) == "");
    CHECK(all.client.wait_for_end({"visit", "V-1"}, 10s) == "cancelled");
    CHECK(all.did.all() == strings{"invite V-1", "uninvite V-1"});
    CHECK(all.ask("V-1", sagas::cancel{ada}) == "it is over: cancelled");
}

TEST_CASE("a paused saga begins nothing, until it is resumed")
{
    visits all;
    all.start("V-1");
    CHECK(all.ask("V-1", sagas::pause{ada}) == "");
    CHECK(all.ask("V-1", sagas::signal{"arrived", {}, "ada"}) == "");
    all.wait_for("V-1", "paused", "{}");
    CHECK(all.ask("V-1", sagas::pause{ada}) == "it is paused already");
    CHECK(all.ask("V-1", sagas::resume{ada}) == "");
    CHECK(all.client.wait_for_end({"visit", "V-1"}, 10s) == "completed");
}

TEST_CASE("an undoing that fails for good is parked until an operator retries or skips it")
{
    visits all;
    all.is_broken = true;
    for (const auto* const id : {"V-1", "V-2"}) {
        all.start(id);
        CHECK(all.ask(id, sagas::cancel{ada}) == "");
        CHECK(all.client.wait_for_end({"visit", id}, 10s) == "parked");
    }
    CHECK(all.ask("V-1", sagas::retry{"welcome", ada}) == "no step of it is parked or waits for its next attempt");
    CHECK(all.ask("V-2", sagas::skip{"invite", ada}) == "");
    CHECK(all.client.wait_for_end({"visit", "V-2"}, 10s) == "cancelled");
    all.is_broken = false;
    CHECK(all.ask("V-1", sagas::retry{"", ada}) == "");
    CHECK(all.client.wait_for_end({"visit", "V-1"}, 10s) == "cancelled");
    CHECK(all.did.all()
          == strings{"invite V-1", "uninvite V-1", "uninvite V-1", "invite V-2", "uninvite V-2", "uninvite V-2",
                     "uninvite V-1"});
}

TEST_CASE("a request that cannot be read is refused, and others go on")
{
    visits all;
    all.start("V-1");
    pqxx::connection link(all.database.dsn());
    pqxx::nontransaction tx(link);
    const auto number =
        tx.query_value<std::int64_t>("select annals.ask_saga('visit', 'V-1', 'retry', '{\"step\": 7}')");
    const auto answer = all.client.wait_for_answer(number, 10s);
    REQUIRE(answer);
    CHECK(answer->refusal == "retry.step: a text was expected, not 7");
    CHECK(all.ask("V-1", sagas::signal{"arrived", {}, "ada"}) == "");
    CHECK(all.client.wait_for_end({"visit", "V-1"}, 10s) == "completed");
}
