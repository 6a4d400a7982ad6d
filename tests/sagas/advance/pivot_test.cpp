// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/advance/one_saga.hpp>

using namespace annals::sagas;
using namespace std::chrono_literals;

namespace {

/// reserve → charge (the pivot) → ship; next to them: scan
auto with_pivot(compensation of_pivot = no_compensation) -> definition
{
    return {.name = "order",
            .steps = {{.id = "reserve", .service = "storage", .compensation = "release"},
                      {.id = "charge",
                       .service = "bank",
                       .compensation = std::move(of_pivot),
                       .retries = 1,
                       .after = {"reserve"},
                       .pivot = true},
                      {.id = "ship", .service = "post", .compensation = no_compensation, .after = {"charge"}},
                      {.id = "scan", .service = "scanner", .compensation = "forget"}}};
}

/// `charge` and `scan` are under way.
auto at_pivot(compensation of_pivot = no_compensation, std::chrono::milliseconds timeout = 0ms) -> one_saga
{
    auto of = with_pivot(std::move(of_pivot));
    of.timeout = timeout;
    of.steps[3].timeout = 2h;
    one_saga saga(of);
    saga.starts();
    saga.does("reserve");
    return saga;
}

const by_hand ada{"ada", "why not"};

}  // namespace

TEST_CASE("after the pivot nothing is undone: a step that fails waits for an operator")
{
    auto saga = at_pivot();
    CHECK(saga.does("charge") == "charge is done; ship begins");
    CHECK(saga.fails("ship") == "ship failed: no; ship is parked");
    CHECK(saga.now().status() == saga_status::parked);
    CHECK(saga.takes(cancel{ada}) == "refused: its step charge is the pivot and is completed: it can only go on");
    CHECK(saga.does("scan") == "scan is done");
    CHECK(saga.takes(retry{.step = "ship", .hand = ada}) == "ship is retried; ship (2) begins");
    CHECK(saga.now().status() == saga_status::running);
    CHECK(saga.does("ship", 2) == "ship (2) is done; completed");
}

TEST_CASE("before the pivot a failure undoes what was done")
{
    auto saga = at_pivot();
    saga.fails("charge");
    saga.waits(1s);
    CHECK(saga.fails("charge", 2) == "charge (2) failed: no; undoing, step_failed: charge: no; undo reserve begins");
}

TEST_CASE("a parked step whose attempt has succeeded after all is done")
{
    auto saga = at_pivot();
    saga.waits(30s);
    saga.waits(1s);
    CHECK(saga.waits(30s) == "charge (2) is unknown: no answer in time; charge is parked");
    SUBCASE("the pivot")
    {
        CHECK(saga.does("charge") == "charge is done; ship begins");
        CHECK(saga.now().status() == saga_status::running);
    }
    SUBCASE("a step after it")
    {
        saga.does("charge");
        saga.does("scan");
        CHECK(saga.waits(30s) == "ship is unknown: no answer in time; ship is parked");
        CHECK(saga.does("ship") == "ship is done; completed");
    }
    SUBCASE("one that an operator has tried again, and that waits for room")
    {
        saga.full = "bank";
        saga.takes(retry{.hand = ada});
        CHECK(saga.does("charge", 2) == "charge (2) is done; ship begins");
    }
}

TEST_CASE("while the pivot is under way, the failure of another branch waits for it")
{
    auto saga = at_pivot();
    CHECK(saga.fails("scan") == "scan failed: no");
    CHECK(saga.takes(cancel{ada}) == "refused: its pivot charge is under way or parked: try again when it has ended");
    SUBCASE("it is done: the failed step waits for an operator, the others go on")
    {
        CHECK(saga.does("charge") == "charge is done; scan is parked; ship begins");
    }
    SUBCASE("it fails and is tried again, although nothing else begins")
    {
        saga.fails("charge");
        CHECK(saga.waits(1s) == "charge (2) begins");
        CHECK(saga.fails("charge", 2)
              == "charge (2) failed: no; undoing, step_failed: charge: no; undo reserve begins");
    }
}

TEST_CASE("a pivot of which nobody knows whether it was done")
{
    auto saga = at_pivot();
    saga.waits(30s);
    CHECK(saga.waits(1s) == "charge (2) begins");
    SUBCASE("is parked, as it has no compensation")
    {
        CHECK(saga.waits(30s) == "charge (2) is unknown: no answer in time; charge is parked");
        CHECK(saga.now().status() == saga_status::parked);
    }
    SUBCASE("is parked when the saga is resumed, and cannot be cancelled before")
    {
        saga.takes(annals::sagas::pause{ada});
        CHECK(saga.waits(30s) == "charge (2) is unknown: no answer in time");
        CHECK(saga.takes(cancel{ada})
              == "refused: its pivot charge is under way or parked: try again when it has ended");
        CHECK(saga.takes(resume{ada}) == "resumed; charge is parked");
    }
    SUBCASE("is parked, too, when a later attempt was refused")
    {
        CHECK(saga.fails("charge", 2, false) == "charge (2) failed: no; charge is parked");
    }
}

TEST_CASE("a pivot that an operator has tried again still may have been done: nothing is undone around it")
{
    auto saga = at_pivot(no_compensation, 50s);
    saga.waits(30s);
    saga.waits(1s);
    saga.fails("scan");
    saga.waits(30s);
    SUBCASE("while it waits for room")
    {
        saga.full = "bank";
        CHECK(saga.takes(retry{.step = "charge", .hand = ada}) == "charge is retried");
        CHECK(saga.due_in() == std::nullopt);
        CHECK(saga.waits(1h) == "");
        saga.full = "";
        CHECK(saga.waits(1s) == "charge (3) begins");
    }
    SUBCASE("at once") { CHECK(saga.takes(retry{.hand = ada}) == "charge is retried; charge (3) begins"); }
    SUBCASE("while the saga is paused")
    {
        saga.takes(annals::sagas::pause{ada});
        saga.takes(retry{.hand = ada});
        CHECK(saga.takes(cancel{ada})
              == "refused: its pivot charge is under way or parked: try again when it has ended");
        CHECK(saga.takes(resume{ada}) == "resumed; charge (3) begins");
    }
}

TEST_CASE("an unknown pivot is undone when it has a compensation")
{
    auto saga = at_pivot("pay_back");
    saga.waits(30s);
    saga.waits(1s);
    CHECK(saga.waits(30s)
          == "charge (2) is unknown: no answer in time; undoing, step_failed: charge: no answer in time; "
             "undo charge begins");
    CHECK(saga.undoes("charge") == "undo charge is done; undo reserve begins");
}

TEST_CASE("an operator who skips the pivot says that it counts as done")
{
    auto saga = at_pivot();
    saga.waits(30s);
    saga.waits(1s);
    saga.waits(30s);
    CHECK(saga.takes(skip{.step = "charge", .hand = ada}) == "charge is skipped; ship begins");
    CHECK(saga.takes(cancel{ada}) == "refused: its step charge is the pivot and is completed: it can only go on");
}

TEST_CASE("the time of a saga is over while its pivot is under way")
{
    auto saga = at_pivot(no_compensation, 10s);
    CHECK(saga.waits(10s) == "");
    SUBCASE("it is done, and the saga goes on") { CHECK(saga.does("charge") == "charge is done; ship begins"); }
    SUBCASE("it fails, and the saga is undone")
    {
        saga.fails("charge");
        saga.waits(1s);
        CHECK(saga.fails("charge", 2, false)
              == "charge (2) failed: no; undoing, step_failed: charge: no; undo reserve begins");
    }
}
