// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/engine/engine.hpp>
#include <tests/sagas/advance/told.hpp>
#include <tests/sagas/simulation/stored_sagas.hpp>

#include <doctest/doctest.h>

using namespace annals::sagas;
using namespace annals::sagas::simulation;
using namespace std::chrono_literals;

namespace {

auto of_two(int active_max = 100) -> definition
{
    return {.name = "intake",
            .active_max = active_max,
            .steps = {{.id = "reserve", .service = "lab", .compensation = "release", .retries = 1},
                      {.id = "notify", .service = "mail", .compensation = no_compensation, .after = {"reserve"}}}};
}

/// Keeps what is asked.
struct asked : request_sink {
    void ask(request one) override { all.push_back(std::move(one)); }
    /// As `saga/step/attempt`, and forgets them.
    auto told() -> std::string
    {
        std::string text;
        for (const auto& one : all)
            text += (text.empty() ? "" : " ") + one.idempotency_key + "/" + std::to_string(one.attempt);
        all.clear();
        return text;
    }
    std::vector<request> all;
};

/// A database, and the one process that owns all of it.
struct process {
    explicit process(definition of, engine_settings settings = {})
        : known(std::make_shared<plan>(std::move(of))),
          tested({.all = {{1, known}}, .for_new = 1}, view, sink, [] { return 0.0; }, std::move(settings))
    {
        for (std::size_t log = 0; log < stored_sagas::logs; ++log) view.held[log] = database.take_over(log);
    }

    void starts(const std::string& id) { database.arrive(id, start{.context = {{"id", id}}}, now); }
    auto rounds() -> std::size_t
    {
        std::size_t all = 0;
        while (const auto some = tested.round(now)) all += some;
        return all;
    }
    void waits(std::chrono::milliseconds time)
    {
        now += time;
        rounds();
    }
    void answers(const std::string& id, const std::string& step, int attempt, std::optional<std::string> error = {},
                 bool retryable = true)
    {
        tested.answer({.saga_id = id, .step = step, .attempt = attempt},
                      {.error = std::move(error), .retryable = retryable});
        rounds();
    }
    /// The facts of one saga.
    auto facts_of(const std::string& id) const -> std::string
    {
        std::string text;
        for (const auto& [fact, at] : database.all().at(id).facts) text += (text.empty() ? "" : "; ") + told(fact, at);
        return text;
    }
    auto refusal(std::size_t number) const { return recorded.arrivals.at(number - 1).refusal; }

    annals::eventstore::timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    history recorded;
    std::shared_ptr<const plan> known;
    stored_sagas database{known, recorded};
    std::function<void(owned_sagas::point)> passes = [](auto) {};
    owned_sagas view{database, [this](auto where) { passes(where); }};
    asked sink;
    engine tested;
};

const by_hand ada{"ada", "why not"};

}  // namespace

TEST_CASE("a saga is started, its participants are asked, and their answers move it on")
{
    process one(of_two());
    one.starts("S0");
    CHECK(one.rounds() == 1);
    REQUIRE(one.sink.all.size() == 1);
    const auto asked = one.sink.all[0];
    CHECK(asked.saga_type == "intake");
    CHECK(asked.service == "lab");
    CHECK(asked.action == "reserve");
    CHECK(asked.deadline == one.now + 30s);
    CHECK(asked.context["id"] == "S0");
    CHECK(one.sink.told() == "S0/reserve/1");
    one.tested.answer(asked, {.result = 7});
    CHECK(one.rounds() == 1);
    CHECK(one.sink.all.at(0).results["reserve"] == 7);
    CHECK(one.sink.told() == "S0/notify/1");
    one.answers("S0", "notify", 1);
    CHECK(one.facts_of("S0") == "started; reserve begins; reserve is done; notify begins; notify is done; completed");
    CHECK(one.rounds() == 0);
}

TEST_CASE("undoing asks the same service for another action, under another key")
{
    process one(of_two());
    one.starts("S0");
    one.rounds();
    one.answers("S0", "reserve", 1);
    one.sink.all.clear();
    one.answers("S0", "notify", 1, "no address", false);
    REQUIRE(one.sink.all.size() == 1);
    CHECK(one.sink.all[0].action == "release");
    CHECK(one.sink.all[0].service == "lab");
    CHECK(one.sink.all[0].direction == direction::backward);
    CHECK(one.sink.told() == "S0/reserve/undo/1");
}

TEST_CASE("nobody is asked before the facts are stored")
{
    process one(of_two());
    one.passes = [&](owned_sagas::point where) {
        if (where != owned_sagas::point::reading) CHECK(one.sink.all.empty());
        if (where == owned_sagas::point::before_commit) throw storage_trouble("gone");
    };
    one.starts("S0");
    CHECK_THROWS_AS(one.tested.round(one.now), storage_trouble);
    CHECK(one.sink.all.empty());
    CHECK(one.database.all().empty());
    one.passes = [](auto) {};
    one.tested.start_over();
    one.rounds();
    CHECK(one.sink.told() == "S0/reserve/1");
}

TEST_CASE("what is not answered is asked again by the next owner, under the same key")
{
    process one(of_two());
    one.starts("S0");
    one.passes = [](owned_sagas::point where) {
        if (where == owned_sagas::point::after_commit) throw storage_trouble("gone");
    };
    CHECK_THROWS_AS(one.tested.round(one.now), storage_trouble);
    CHECK(one.sink.told() == "");
    one.passes = [](auto) {};
    one.tested.start_over();
    one.rounds();
    CHECK(one.sink.told() == "S0/reserve/1");
    one.answers("S0", "reserve", 1);
    CHECK(one.sink.told() == "S0/notify/1");
}

TEST_CASE("timers go on after a restart")
{
    process one(of_two());
    one.starts("S0");
    one.rounds();
    one.answers("S0", "reserve", 1, "busy");
    one.sink.all.clear();
    one.tested.start_over();
    one.waits(999ms);
    CHECK(one.sink.told() == "");
    one.waits(1ms);
    CHECK(one.sink.told() == "S0/reserve/2");
    one.tested.start_over();
    one.waits(30s);
    CHECK(one.facts_of("S0")
          == "started; reserve begins; reserve failed: busy, again in 1000 ms; reserve (2) begins; reserve (2) is "
             "unknown: no answer in time; undoing, step_failed: reserve: no answer in time; undo reserve begins");
}

TEST_CASE("a refusal of an input is stored with it, and changes nothing")
{
    process one(of_two());
    one.starts("S0");
    one.starts("S0");
    one.database.arrive("S1", cancel{ada}, one.now);
    CHECK(one.rounds() == 3);
    CHECK(one.refusal(1) == std::nullopt);
    CHECK(one.refusal(2) == "it was started before");
    CHECK(one.refusal(3) == "it was not started");
    CHECK(one.facts_of("S0") == "started; reserve begins");
    CHECK_FALSE(one.database.all().contains("S1"));
}

TEST_CASE("further sagas wait until one has ended")
{
    process one(of_two(2));
    for (const auto* id : {"S0", "S1", "S2"}) one.starts(id);
    one.rounds();
    CHECK(one.sink.told() == "S0/reserve/1 S1/reserve/1");
    one.tested.start_over();
    one.rounds();
    CHECK(one.sink.told() == "S0/reserve/1 S1/reserve/1");
    one.answers("S0", "reserve", 1);
    CHECK_FALSE(one.database.all().contains("S2"));
    one.answers("S0", "notify", 1);
    CHECK(one.database.all().contains("S2"));
}

TEST_CASE("a saga that a full service held back goes on after a restart")
{
    process one(of_two(), {.services = {{"lab", {.in_flight_max = 1}}}});
    one.starts("S0");
    one.starts("S1");
    one.rounds();
    CHECK(one.sink.told() == "S0/reserve/1");
    CHECK(one.facts_of("S1") == "started");
    one.starts("S1");  // which is refused
    one.rounds();
    one.tested.start_over();
    one.answers("S0", "reserve", 1);
    one.waits(10s);
    CHECK(one.facts_of("S1") == "started; reserve begins");
}

TEST_CASE("a service that fails is left alone, also when no attempt is left to the saga")
{
    auto of = of_two();
    of.steps[0].retries = 0;
    process one(of, {.services = {{"lab", {.failures_max = 2, .pause = 60s}}}});
    for (const std::string id : {"S0", "S2"}) {
        one.starts(id);
        one.rounds();
        one.answers(id, "reserve", 1, "broken");
    }
    one.starts("S1");
    one.rounds();
    CHECK(one.facts_of("S1") == "started");
    one.waits(60s);
    CHECK(one.facts_of("S1") == "started; reserve begins");
}

TEST_CASE("a signal that does not come is no failure of the service that undoes its step")
{
    process one({.name = "approval",
                 .steps = {{.id = "approve",
                            .service = "lab",
                            .compensation = "take_back",
                            .timeout = 1s,
                            .retries = 3,
                            .signal = "approved"},
                           {.id = "reserve", .service = "lab", .compensation = no_compensation}}},
                {.services = {{"lab", {.failures_max = 1, .pause = 1h}}}});
    one.starts("S0");
    one.rounds();
    one.waits(1s);
    one.starts("S1");
    one.rounds();
    CHECK(one.sink.told() == "S0/reserve/1 S1/reserve/1");
}

TEST_CASE("nobody is asked for a saga that is terminated in the same round")
{
    process one(of_two(), {.services = {{"lab", {.in_flight_max = 1}}}});
    one.starts("S0");
    one.database.arrive("S0", terminate{ada}, one.now);
    one.starts("S1");
    one.rounds();
    CHECK(one.facts_of("S0") == "started; reserve begins; terminated");
    one.waits(10s);
    CHECK(one.sink.told() == "S1/reserve/1");
}

TEST_CASE("a failure proves nothing when the request was sent more than once")
{
    process one(of_two());
    one.starts("S0");
    one.rounds();
    one.tested.start_over();
    one.rounds();
    CHECK(one.sink.told() == "S0/reserve/1 S0/reserve/1");
    one.answers("S0", "reserve", 1, "busy", false);
    CHECK(one.facts_of("S0")
          == "started; reserve begins; reserve is unknown: busy; undoing, step_failed: reserve: busy; undo reserve "
             "begins");
}

TEST_CASE("a former owner asks nobody again")
{
    process one(of_two());
    one.starts("S0");
    one.rounds();
    one.sink.all.clear();
    one.tested.start_over();
    one.database.take_over(0);
    CHECK_THROWS_AS(one.tested.round(one.now), fenced);
    CHECK(one.sink.told() == "");
}
