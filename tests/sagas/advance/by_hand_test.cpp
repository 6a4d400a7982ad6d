// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/advance/one_saga.hpp>

using namespace annals::sagas;
using namespace std::chrono_literals;

namespace {

auto of_two() -> definition
{
    return {
        .name = "intake",
        .steps = {{.id = "reserve", .service = "storage", .compensation = "release", .retries = 1},
                  {.id = "process", .service = "lab", .compensation = "clean_up", .retries = 1, .after = {"reserve"}}}};
}

const by_hand ada{"ada", "wrong sample"};

}  // namespace

TEST_CASE("a saga that is cancelled is undone")
{
    one_saga saga(of_two());
    CHECK(saga.takes(cancel{ada}) == "refused: it was not started");
    saga.starts();
    saga.does("reserve");
    CHECK(saga.takes(cancel{ada}) == "undoing, cancelled: wrong sample");
    CHECK(saga.takes(cancel{ada}) == "refused: it is being undone already");
    CHECK(saga.does("process") == "process is done; undo process begins");
    CHECK(saga.undoes("process") == "undo process is done; undo reserve begins");
    CHECK(saga.undoes("reserve") == "undo reserve is done; cancelled");
    CHECK(saga.takes(cancel{ada}) == "refused: it is over: cancelled");
}

TEST_CASE("a paused saga begins nothing, and lets what is under way end")
{
    one_saga saga(of_two());
    saga.starts();
    CHECK(saga.takes(resume{ada}) == "refused: it is not paused");
    CHECK(saga.takes(annals::sagas::pause{ada}) == "paused");
    CHECK(saga.takes(annals::sagas::pause{ada}) == "refused: it is paused already");
    CHECK(saga.now().status() == saga_status::paused);
    SUBCASE("a step is done")
    {
        CHECK(saga.does("reserve") == "reserve is done");
        CHECK(saga.due_in() == std::nullopt);
        CHECK(saga.takes(resume{ada}) == "resumed; process begins");
    }
    SUBCASE("a step fails, and its next attempt waits")
    {
        CHECK(saga.waits(30s) == "reserve is unknown: no answer in time, again in 1000 ms");
        CHECK(saga.waits(1h) == "");
        CHECK(saga.takes(resume{ada}) == "resumed; reserve (2) begins");
    }
    SUBCASE("it is cancelled, and undone when it is resumed")
    {
        saga.does("reserve");
        CHECK(saga.takes(cancel{ada}) == "undoing, cancelled: wrong sample");
        CHECK(saga.takes(resume{ada}) == "resumed; undo reserve begins");
    }
}

TEST_CASE("the time of a saga that is paused is looked at when it is resumed")
{
    auto of = of_two();
    of.timeout = 10s;
    one_saga saga(of);
    saga.starts();
    saga.does("reserve");
    saga.takes(annals::sagas::pause{ada});
    saga.does("process");
    CHECK(saga.now().end == std::nullopt);
    CHECK(saga.takes(resume{ada}) == "resumed; completed");
}

TEST_CASE("a terminated saga stays as it is")
{
    one_saga saga(of_two());
    saga.starts();
    saga.does("reserve");
    CHECK(saga.takes(terminate{ada}) == "terminated");
    CHECK(saga.now().status() == saga_status::failed);
    CHECK(saga.now().error == "wrong sample");
    CHECK(saga.due_in() == std::nullopt);
    CHECK(saga.waits(1h) == "");
    CHECK(saga.takes(resume{ada}) == "refused: it is over: failed");
    SUBCASE("also when an attempt that was under way is done") { CHECK(saga.does("process") == ""); }
    SUBCASE("also when it fails") { CHECK(saga.fails("process") == ""); }
}

TEST_CASE("a step that waits for its next attempt can be tried at once, or skipped")
{
    one_saga saga(of_two());
    saga.starts();
    CHECK(saga.takes(retry{.step = "reserve", .hand = ada})
          == "refused: no step of it is parked or waits for its next attempt");
    saga.fails("reserve");
    SUBCASE("tried, with all its attempts before it")
    {
        CHECK(saga.takes(retry{.step = "reserve", .hand = ada}) == "reserve is retried; reserve (2) begins");
        CHECK(saga.fails("reserve", 2) == "reserve (2) failed: no, again in 1000 ms");
    }
    SUBCASE("skipped: what comes after it begins")
    {
        CHECK(saga.takes(skip{.step = "reserve", .hand = ada}) == "reserve is skipped; process begins");
        CHECK(saga.does("process") == "process is done; completed");
    }
}

TEST_CASE("a signal's step can be skipped")
{
    one_saga saga({.name = "approval", .steps = {{.id = "approve", .compensation = no_compensation, .signal = "ok"}}});
    saga.starts();
    CHECK(saga.takes(skip{.step = "approve", .hand = ada}) == "approve is skipped; completed");
}

TEST_CASE("undoing a signal's step cannot be skipped while it is under way")
{
    one_saga saga(
        {.name = "approval",
         .steps = {{.id = "approve", .service = "lab", .compensation = "take_back", .signal = "ok"},
                   {.id = "store", .service = "lab", .compensation = no_compensation, .after = {"approve"}}}});
    saga.starts();
    saga.takes(signal{.name = "ok"});
    CHECK(saga.fails("store") == "store failed: no; undoing, step_failed: store: no; undo approve begins");
    CHECK(saga.takes(skip{.step = "approve", .hand = ada})
          == "refused: the step approve is neither parked nor waits for something");
}

TEST_CASE("a request that makes no sense says why, and changes nothing")
{
    one_saga saga(of_two());
    saga.starts();
    CHECK(saga.takes(skip{.hand = ada}) == "refused: say which step is skipped");
    CHECK(saga.takes(skip{.step = "ship", .hand = ada}) == "refused: it has no step ship");
    CHECK(saga.takes(skip{.step = "process", .hand = ada})
          == "refused: the step process is neither parked nor waits for something");
    CHECK(saga.takes(retry{.step = "ship", .hand = ada}) == "refused: it has no step ship");
}
