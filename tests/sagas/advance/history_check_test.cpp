// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/sagas/advance/history_check.hpp>
#include <annals/sagas/advance/possible_acts.hpp>

#include <doctest/doctest.h>

namespace annals::sagas {
namespace {

using namespace std::chrono_literals;
using facts_of = std::vector<std::pair<saga_fact, eventstore::timestamp>>;

constexpr auto forward = direction::forward, backward = direction::backward;
const eventstore::timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + 12h};

const plan order{
    definition{.name = "order",
               .steps = {{.id = "open", .service = "shop", .compensation = "close"},
                         {.id = "pack", .service = "shop", .compensation = "unpack", .after = {"open"}},
                         {.id = "pay", .compensation = no_compensation, .after = {"open"}, .signal = "paid"}}}};

auto at_noon(std::vector<saga_fact> all) -> facts_of
{
    facts_of dated;
    for (auto& one : all) dated.emplace_back(std::move(one), noon);
    return dated;
}

const std::vector<saga_fact> opened{saga_started{.saga_type = "order", .definition_version = 1},
                                    step_started{"open", forward, 1, noon + 30s},
                                    step_completed{"open", forward, 1, {}}};
const std::vector<saga_fact> turned = [] {
    auto all = opened;
    all.insert(all.end(),
               {step_started{"pack", forward, 1, noon + 30s}, step_completed{"pack", forward, 1, {}},
                step_started{"pay", forward, 1, noon + 30s}, step_failed{"pay", forward, 1, "did not come", false, {}},
                compensation_started{turning_cause::step_failed, "pay", {}}});
    return all;
}();

/// What is said of the last of these facts; all before are as they should be.
auto verdict(std::vector<saga_fact> before, saga_fact last) -> std::string
{
    before.push_back(std::move(last));
    const auto faults = check_history(order, at_noon(before));
    if (faults.empty()) return "";
    CHECK(faults.size() == 1);
    CHECK(faults[0].version == std::ssize(before));
    return faults[0].what;
}

auto with(std::vector<saga_fact> all, const std::vector<saga_fact>& more) -> std::vector<saga_fact>
{
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace

TEST_CASE("a history that can be has no faults")
{
    const auto undone = with(turned, {step_started{"pack", backward, 1, noon}, step_completed{"pack", backward, 1, {}},
                                      step_started{"open", backward, 1, noon}, step_completed{"open", backward, 1, {}},
                                      saga_compensated{}});
    CHECK(check_history(order, at_noon(undone)).empty());
}

TEST_CASE("a completed saga can be undone with the one that it is a step of, and in no other way")
{
    const auto done =
        with(opened, {step_started{"pack", forward, 1, noon}, step_completed{"pack", forward, 1, {}},
                      step_started{"pay", forward, 1, noon}, step_completed{"pay", forward, 1, {}}, saga_completed{}});
    CHECK(verdict(done, compensation_started{turning_cause::cancelled, "", {}}) == "");
    CHECK(verdict(done, compensation_started{turning_cause::step_failed, "", {}})
          == "a fact comes after the saga's end");
}

TEST_CASE("steps cannot begin before their turn, twice, or after compensation has begun")
{
    CHECK(verdict({}, step_started{"open", forward, 1, noon}) == "a fact comes before the saga's start");
    CHECK(verdict(opened, opened[0]) == "it was started twice");
    CHECK(verdict({opened[0]}, step_started{"pack", forward, 1, noon}) == "a step began before open was done");
    CHECK(verdict(opened, step_started{"open", forward, 2, noon}) == "an attempt began although it was not its turn");
    CHECK(verdict(opened, step_started{"pack", forward, 2, noon}) == "attempt 2 began after attempt 0");
    CHECK(verdict(turned, step_started{"pack", forward, 2, noon}) == "an attempt began although it was not its turn");
    CHECK(verdict(with(opened, {saga_paused{}}), step_started{"pack", forward, 1, noon})
          == "a step began while the saga was paused");
    const auto waits = with({opened[0], opened[1]}, {step_failed{"open", forward, 1, "no", false, noon + 1s}});
    CHECK(verdict(waits, step_started{"open", forward, 2, noon}) == "an attempt began before its time");
    CHECK_THROWS_AS(verdict(opened, step_started{"ship", forward, 1, noon}), eventstore::mismatch);
}

TEST_CASE("steps end once, and as the attempt that is under way")
{
    CHECK(verdict(opened, step_completed{"open", forward, 1, {}}) == "a step was completed twice");
    CHECK(verdict(opened, step_completed{"pack", forward, 1, {}}) == "an attempt was completed that had not begun");
    CHECK(verdict(opened, step_failed{"open", forward, 1, "no", false, {}})
          == "an attempt failed that was not under way");
    CHECK(verdict(opened, late_success{"open", forward, 1, {}})
          == "a success came late although its step still waited for it");
    CHECK(verdict(opened, saga_parked{"open", forward, "no"}) == "a step was parked that had not failed for good");
    CHECK(verdict(opened, step_retried{"open", forward, {}}) == "a step was tried again that did not wait");
    CHECK(verdict(opened, step_skipped{"open", forward, {}}) == "a step was skipped that did not wait");
    CHECK(verdict(opened, signal_received{"ready", {}, "ada"}) == "a signal was taken that no step waits for");
    CHECK(verdict(turned, signal_received{"paid", {}, "ada"}) == "a signal was taken after compensation had begun");
}

TEST_CASE("what was done is undone in the reverse order, and a saga ends when all of it is")
{
    CHECK(verdict(opened, step_started{"open", backward, 1, noon}) == "a step was undone although the saga is not");
    CHECK(verdict(turned, step_started{"open", backward, 1, noon})
          == "a step was undone before pack, which comes after it");
    CHECK(verdict(turned, step_started{"pay", backward, 1, noon}) == "a step was undone that has no effect");
    CHECK(verdict(turned, saga_compensated{}) == "it ended before open was undone");
    CHECK(verdict(turned, saga_completed{}) == "it was completed after compensation had begun");
    CHECK(verdict(turned, saga_cancelled{}) == "it ended as one that was undone for another reason");
    CHECK(verdict(turned, compensation_started{turning_cause::cancelled, "", by_hand{}}) == "compensation began twice");
    CHECK(verdict(opened, compensation_started{turning_cause::step_failed, "", {}})
          == "compensation began for a step that failed, and none had");
    CHECK(verdict(opened, compensation_started{turning_cause::timed_out, "", {}})
          == "compensation began before the saga's time was over");
    CHECK(verdict(opened, saga_completed{}) == "it was completed before pack was done");
    CHECK(verdict(with(opened, {saga_failed{}}), saga_paused{}) == "a fact comes after the saga's end");
    CHECK(verdict(opened, saga_resumed{}) == "it was resumed although it was not paused");
}

TEST_CASE("an operator is offered what would not be refused")
{
    const auto offered = [](const std::vector<saga_fact>& facts) {
        history_check check(order);
        for (const auto& one : facts) check.add(one, noon);
        std::string all;
        for (const auto& [verb, of] : possible_acts(order, check.saga()))
            all += (all.empty() ? "" : ", ") + verb + (of.empty() ? "" : " " + of);
        return all;
    };
    CHECK(offered(opened) == "signal paid, pause, cancel, terminate");
    CHECK(offered(with(opened, {step_started{"pay", forward, 1, noon + 1s}, saga_paused{}}))
          == "signal paid, skip pay, resume, cancel, terminate");
    CHECK(offered(turned) == "pause, terminate");
    CHECK(offered(with(turned, {step_started{"pack", backward, 1, noon},
                                step_failed{"pack", backward, 1, "no", true, {}}, saga_parked{"pack", backward, "no"}}))
          == "retry pack, skip pack, pause, terminate");
    CHECK(offered(with(opened, {saga_failed{}})) == "");
}

}  // namespace annals::sagas
