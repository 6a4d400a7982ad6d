// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/advance/one_saga.hpp>

using namespace annals::sagas;
using namespace std::chrono_literals;

namespace {

auto of_four(bool parallel) -> definition
{
    return {.name = "branches",
            .compensation_retries = 1,
            .parallel_compensation = parallel,
            .steps = {{.id = "reserve", .service = "storage", .compensation = "release"},
                      {.id = "weigh", .service = "scales", .compensation = "forget", .after = {"reserve"}},
                      {.id = "scan", .service = "scanner", .compensation = "forget", .after = {"reserve"}},
                      {.id = "store", .service = "robot", .compensation = "take_out", .after = {"weigh", "scan"}}}};
}

/// All steps are begun, and all but the last are done.
auto before_its_end(bool parallel = true) -> one_saga
{
    one_saga saga(of_four(parallel));
    saga.starts();
    saga.does("reserve");
    saga.does("weigh");
    saga.does("scan");
    return saga;
}

auto chain(int steps) -> definition
{
    definition of{.name = "chain"};
    for (int i = 1; i <= steps; ++i)
        of.steps.push_back({.id = "s" + std::to_string(i), .service = "any", .compensation = "undo"});
    for (std::size_t i = 1; i < of.steps.size(); ++i) of.steps[i].after = {of.steps[i - 1].id};
    return of;
}

}  // namespace

TEST_CASE("whichever step fails, those that were done are undone in the reverse order")
{
    for (int failing = 1; failing <= 5; ++failing) {
        one_saga saga(chain(5));
        saga.starts();
        for (int i = 1; i < failing; ++i) saga.does("s" + std::to_string(i));
        const auto failed = "s" + std::to_string(failing);
        auto said = failed + " failed: no; undoing, step_failed: " + failed + ": no; ";
        auto heard = saga.fails(failed);
        for (int i = failing - 1; i >= 1; --i) {
            const auto undone = "undo s" + std::to_string(i);
            CHECK(heard == said + undone + " begins");
            said = undone + " is done; ";
            heard = saga.undoes("s" + std::to_string(i));
        }
        CHECK(heard == said + "compensated");
        CHECK(saga.now().status() == saga_status::compensated);
    }
}

TEST_CASE("independent branches are undone at the same time, what they depend on after both")
{
    auto saga = before_its_end();
    CHECK(saga.fails("store")
          == "store failed: no; undoing, step_failed: store: no; undo scan begins; undo weigh begins");
    CHECK(saga.now().status() == saga_status::compensating);
    CHECK(saga.undoes("weigh") == "undo weigh is done");
    CHECK(saga.undoes("scan") == "undo scan is done; undo reserve begins");
    CHECK(saga.undoes("reserve") == "undo reserve is done; compensated");
}

TEST_CASE("one at a time, if the definition says so: what began last comes first")
{
    auto saga = before_its_end(false);
    CHECK(saga.fails("store") == "store failed: no; undoing, step_failed: store: no; undo scan begins");
    CHECK(saga.undoes("scan") == "undo scan is done; undo weigh begins");
    CHECK(saga.undoes("weigh") == "undo weigh is done; undo reserve begins");
    CHECK(saga.undoes("reserve") == "undo reserve is done; compensated");
}

TEST_CASE("a step whose outcome is unknown is undone, too")
{
    auto saga = before_its_end();
    CHECK(saga.waits(30s)
          == "store is unknown: no answer in time; undoing, step_failed: store: no answer in time; undo store begins");
    CHECK(saga.undoes("store") == "undo store is done; undo scan begins; undo weigh begins");
}

TEST_CASE("a participant may say that it does not know whether it has done a step")
{
    auto saga = before_its_end();
    CHECK(saga.takes(reply{.step = "store", .attempt = 1, .error = "broken off", .outcome_unknown = true})
          == "store is unknown: broken off; undoing, step_failed: store: broken off; undo store begins");
}

TEST_CASE("an unknown outcome stays unknown when the next attempt is refused")
{
    one_saga saga({.name = "retried",
                   .steps = {{.id = "reserve", .service = "storage", .compensation = "release", .retries = 1}}});
    saga.starts();
    saga.waits(30s);
    CHECK(saga.waits(1s) == "reserve (2) begins");
    CHECK(saga.fails("reserve", 2, false)
          == "reserve (2) failed: no; undoing, step_failed: reserve: no; undo reserve begins");
}

TEST_CASE("an attempt that is under way when another step fails is waited for, and undone")
{
    one_saga saga(of_four(true));
    saga.starts();
    saga.does("reserve");
    CHECK(saga.fails("scan") == "scan failed: no; undoing, step_failed: scan: no");
    SUBCASE("it is done") { CHECK(saga.does("weigh") == "weigh is done; undo weigh begins"); }
    SUBCASE("it fails") { CHECK(saga.fails("weigh") == "weigh failed: no; undo reserve begins"); }
    SUBCASE("it is never answered")
    {
        CHECK(saga.waits(30s) == "weigh is unknown: no answer in time; undo weigh begins");
    }
}

TEST_CASE("what waits for its next attempt when another step fails is not tried again")
{
    auto of = of_four(true);
    of.steps[1].retries = 3;
    one_saga saga(of);
    saga.starts();
    saga.does("reserve");
    saga.fails("weigh");
    CHECK(saga.fails("scan") == "scan failed: no; undoing, step_failed: scan: no; undo reserve begins");
    CHECK(saga.waits(60s) == "undo reserve is unknown: no answer in time, again in 1000 ms");
}

TEST_CASE("an attempt that was given up and succeeds after all is noted, and undone")
{
    auto saga = before_its_end();
    saga.waits(30s);
    CHECK(saga.does("store") == "store was done after all");
    CHECK(saga.undoes("store") == "undo store is done; undo scan begins; undo weigh begins");
}

TEST_CASE("undoing is tried again, then waits for an operator, and only then the saga ends")
{
    auto saga = before_its_end(false);
    saga.fails("store");
    CHECK(saga.fails_to_undo("scan") == "undo scan failed: no, again in 1000 ms");
    CHECK(saga.waits(1s) == "undo scan (2) begins");
    CHECK(saga.fails_to_undo("scan", 2) == "undo scan (2) failed: no; undo scan is parked");
    CHECK(saga.now().status() == saga_status::parked);
    CHECK(saga.now().error == "scan: no");
    CHECK(saga.due_in() == std::nullopt);
    CHECK(saga.waits(1h) == "");
    SUBCASE("unless an attempt that was given up has succeeded after all")
    {
        CHECK(saga.undoes("scan") == "undo scan is done; undo weigh begins");
        CHECK(saga.now().status() == saga_status::compensating);
    }
    SUBCASE("who has it tried again")
    {
        CHECK(saga.takes(retry{.hand = {"ada", "repaired"}}) == "undo scan is retried; undo scan (3) begins");
        CHECK(saga.undoes("scan", 3) == "undo scan (3) is done; undo weigh begins");
    }
    SUBCASE("who skips it")
    {
        CHECK(saga.takes(skip{.step = "scan", .hand = {"ada", "by hand"}})
              == "undo scan is skipped; undo weigh begins");
        saga.undoes("weigh");
        CHECK(saga.undoes("reserve") == "undo reserve is done; compensated");
    }
}

TEST_CASE("a saga that is not completed in time is undone")
{
    auto of = of_four(true);
    of.timeout = 10s;
    one_saga saga(of);
    saga.starts();
    saga.waits(9s);
    saga.does("reserve");
    CHECK(saga.due_in() == 1s);
    CHECK(saga.waits(1s) == "undoing, timed_out: it was not completed in time");
    CHECK(saga.fails("weigh") == "weigh failed: no");
    CHECK(saga.fails("scan") == "scan failed: no; undo reserve begins");
    CHECK(saga.undoes("reserve") == "undo reserve is done; timed out");
    CHECK(saga.now().status() == saga_status::timed_out);
}
