// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/retry_delay.hpp>
#include <tests/sagas/advance/one_saga.hpp>

using namespace annals::sagas;
using namespace std::chrono_literals;

namespace {

auto of_three() -> definition
{
    return {.name = "intake",
            .steps = {{.id = "reserve", .service = "storage", .compensation = "release"},
                      {.id = "process", .service = "lab", .compensation = "clean_up", .after = {"reserve"}},
                      {.id = "notify", .service = "mail", .compensation = no_compensation, .after = {"process"}}}};
}

/// reserve → (weigh, scan) → store
auto of_two_branches() -> definition
{
    return {.name = "branches",
            .steps = {{.id = "reserve", .service = "storage", .compensation = "release"},
                      {.id = "weigh", .service = "scales", .compensation = "forget", .after = {"reserve"}},
                      {.id = "scan", .service = "scanner", .compensation = "forget", .after = {"reserve"}},
                      {.id = "store", .service = "storage", .compensation = "take_out", .after = {"weigh", "scan"}}}};
}

auto that_retries() -> definition
{
    return {.name = "retried",
            .steps = {{.id = "reserve",
                       .service = "storage",
                       .compensation = "release",
                       .timeout = 5s,
                       .retries = 4,
                       .retry_delay = 1s,
                       .retry_delay_max = 3s}}};
}

}  // namespace

TEST_CASE("steps follow one another, and the saga is completed")
{
    one_saga saga(of_three());
    CHECK(saga.starts() == "started; reserve begins");
    CHECK(saga.does("reserve") == "reserve is done; process begins");
    CHECK(saga.does("process") == "process is done; notify begins");
    CHECK(saga.now().status() == saga_status::running);
    CHECK(saga.does("notify") == "notify is done; completed");
    CHECK(saga.now().status() == saga_status::completed);
    CHECK(saga.now().steps[1].result["of"] == "process");
    CHECK(saga.now().context["sample"] == "S-1");
    CHECK(saga.due_in() == std::nullopt);
}

TEST_CASE("independent branches run at the same time, and join")
{
    one_saga saga(of_two_branches());
    saga.starts();
    CHECK(saga.does("reserve") == "reserve is done; weigh begins; scan begins");
    CHECK(saga.does("scan") == "scan is done");
    CHECK(saga.does("weigh") == "weigh is done; store begins");
    CHECK(saga.does("store") == "store is done; completed");
}

TEST_CASE("a second start is refused")
{
    one_saga saga(of_three());
    saga.starts();
    CHECK(saga.starts() == "refused: it was started before");
}

TEST_CASE("an answer that is unknown, or comes a second time, changes nothing")
{
    one_saga saga(of_three());
    CHECK(saga.does("reserve") == "");
    saga.starts();
    CHECK(saga.does("nothing") == "");
    CHECK(saga.does("process") == "");
    CHECK(saga.does("reserve", 2) == "");
    CHECK(saga.does("reserve", 0) == "");
    CHECK(saga.undoes("reserve") == "");
    saga.does("reserve");
    CHECK(saga.does("reserve") == "");
    CHECK(saga.fails("reserve") == "");
}

TEST_CASE("a step that fails is tried again, each time after twice the delay, up to the longest")
{
    one_saga saga(that_retries());
    CHECK(saga.starts() == "started; reserve begins");
    CHECK(saga.due_in() == 5s);
    CHECK(saga.fails("reserve") == "reserve failed: no, again in 1000 ms");
    CHECK(saga.due_in() == 1s);
    CHECK(saga.waits(999ms) == "");
    CHECK(saga.waits(1ms) == "reserve (2) begins");
    CHECK(saga.fails("reserve", 2) == "reserve (2) failed: no, again in 2000 ms");
    CHECK(saga.waits(2s) == "reserve (3) begins");
    CHECK(saga.fails("reserve", 3) == "reserve (3) failed: no, again in 3000 ms");
    CHECK(saga.waits(3s) == "reserve (4) begins");
    CHECK(saga.fails("reserve", 4) == "reserve (4) failed: no, again in 3000 ms");
    CHECK(saga.waits(3s) == "reserve (5) begins");
    CHECK(saga.fails("reserve", 5) == "reserve (5) failed: no; undoing, step_failed: reserve: no; compensated");
}

TEST_CASE("a retry is up to a quarter later, never earlier")
{
    const step of{.retry_delay = 1s, .retry_delay_max = 60s};
    CHECK(retry_delay(of, 1, 0) == 1s);
    CHECK(retry_delay(of, 1, 0.999) == 1249ms);
    CHECK(retry_delay(of, 3, 0) == 4s);
    CHECK(retry_delay(of, 400, 0) == 60s);
}

TEST_CASE("a refusal that another attempt would not change is not tried again")
{
    one_saga saga(that_retries());
    saga.starts();
    CHECK(saga.fails("reserve", 1, false) == "reserve failed: no; undoing, step_failed: reserve: no; compensated");
}

TEST_CASE("no answer in time is a failed attempt whose outcome is unknown")
{
    one_saga saga(that_retries());
    saga.starts();
    CHECK(saga.waits(4999ms) == "");
    CHECK(saga.waits(1ms) == "reserve is unknown: no answer in time, again in 1000 ms");
    CHECK(saga.waits(1s) == "reserve (2) begins");
}

TEST_CASE("an answer to an earlier attempt counts, as all have one key")
{
    one_saga saga(that_retries());
    saga.starts();
    saga.waits(5s);
    SUBCASE("while the next attempt waits") { CHECK(saga.does("reserve") == "reserve is done; completed"); }
    SUBCASE("while the next attempt is under way")
    {
        saga.waits(1s);
        CHECK(saga.fails("reserve") == "");
        CHECK(saga.does("reserve") == "reserve is done; completed");
    }
}

TEST_CASE("an attempt waits until its participant has room")
{
    one_saga saga(of_three());
    saga.full = "storage";
    CHECK(saga.starts() == "started");
    CHECK(saga.waits(10s) == "");
    saga.full = "";
    CHECK(saga.waits(1s) == "reserve begins");
}

TEST_CASE("a step waits for its signal, and does not ask anybody")
{
    one_saga saga({.name = "approval",
                   .steps = {{.id = "reserve", .service = "storage", .compensation = "release"},
                             {.id = "approve",
                              .compensation = no_compensation,
                              .timeout = 60s,
                              .after = {"reserve"},
                              .signal = "approved"}}});
    const signal approved{.name = "approved", .payload = {{"by", "bob"}}, .by = "bob"};
    SUBCASE("that comes while it waits")
    {
        saga.starts();
        CHECK(saga.does("reserve") == "reserve is done; approve begins");
        CHECK(saga.takes(approved) == "signal approved; approve is done; completed");
        CHECK(saga.now().steps[1].result["by"] == "bob");
        CHECK(saga.takes(approved) == "refused: it is over: completed");
    }
    SUBCASE("that came before")
    {
        saga.starts();
        CHECK(saga.takes(approved) == "signal approved");
        CHECK(saga.takes(approved) == "refused: the signal approved came before");
        CHECK(saga.does("reserve") == "reserve is done; approve begins; approve is done; completed");
        CHECK(saga.now().signals.empty());
    }
    SUBCASE("that comes too late")
    {
        saga.starts();
        saga.does("reserve");
        CHECK(saga.waits(60s)
              == "approve failed: the signal approved did not come; undoing, step_failed: approve: the signal approved "
                 "did not come; undo reserve begins");
        CHECK(saga.takes(approved) == "refused: nobody waits for the signal approved");
    }
    SUBCASE("before the saga is there") { CHECK(saga.takes(approved) == "refused: it was not started"); }
    SUBCASE("nobody waits for it")
    {
        saga.starts();
        CHECK(saga.takes(signal{.name = "rejected"}) == "refused: nobody waits for the signal rejected");
    }
    SUBCASE("that is not waited for any more when the saga is undone")
    {
        saga.starts();
        saga.does("reserve");
        CHECK(saga.takes(cancel{{"ada", "wrong sample"}})
              == "undoing, cancelled: wrong sample; approve failed: not waited for any more; undo reserve begins");
    }
}

TEST_CASE("a signal that two steps wait for is needed twice")
{
    one_saga saga({.name = "two_eyes",
                   .steps = {{.id = "first", .compensation = no_compensation, .signal = "seen"},
                             {.id = "second", .compensation = no_compensation, .after = {"first"}, .signal = "seen"}}});
    CHECK(saga.starts() == "started; first begins");
    CHECK(saga.takes(signal{.name = "seen"}) == "signal seen; first is done; second begins");
    CHECK(saga.takes(signal{.name = "seen"}) == "signal seen; second is done; completed");
}

TEST_CASE("keys are the same for every attempt, and others for undoing")
{
    CHECK(idempotency_key("S-1", "reserve", direction::forward) == "S-1/reserve");
    CHECK(idempotency_key("S-1", "reserve", direction::backward) == "S-1/reserve/undo");
}
