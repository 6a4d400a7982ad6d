// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/sagas/definition/definition_check.hpp>
#include <annals/sagas/definition/definition_problem.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <utility>

namespace annals::sagas {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

auto valid_step(std::string id, std::vector<std::string> after = {}) -> step
{
    return {.id = std::move(id), .service = "sample", .compensation = "undo", .after = std::move(after)};
}

/// Three steps in a row.
auto valid() -> definition
{
    return {.name = "order_sample", .steps = {valid_step("a"), valid_step("b", {"a"}), valid_step("c", {"b"})}};
}

auto problems(const definition& of) -> texts
{
    texts all;
    for (const auto& one : problems_of(of)) all.push_back(to_text(one, of));
    return all;
}

/// What is wrong after one change to a valid definition.
template <class Change>
auto after_change(Change change) -> texts
{
    auto changed = valid();
    change(changed);
    return problems(changed);
}

/// The same for its second step.
template <class Change>
auto after_step_change(Change change) -> texts
{
    return after_change([&](definition& of) { change(of.steps[1]); });
}

TEST_CASE("a saga that makes sense has no problems")
{
    CHECK(problems(valid()).empty());
    CHECK_NOTHROW(check(valid()));
}

TEST_CASE("a saga needs a name that can end a category, and steps")
{
    const auto renamed = [](const std::string& name) { return after_change([&](auto& of) { of.name = name; }); };
    const std::string rule = " is not one: letters, digits and _, beginning with a letter";
    CHECK(renamed("") == texts{"name: is missing"});
    CHECK(renamed("1st") == texts{"name: \"1st\"" + rule});
    CHECK(renamed("order-sample") == texts{"name: \"order-sample\"" + rule});
    CHECK(renamed("order sample\n") == texts{"name: \"order sample\\n\"" + rule});
    CHECK(renamed(std::string(101, 'a')) == texts{"name: has 101 bytes; the limit is 100"});
    CHECK(renamed("LaboratoryProcessing_2").empty());
    CHECK(after_change([](auto& of) { of.steps.clear(); }) == texts{"steps: there are none"});
}

TEST_CASE("the numbers of a saga have limits")
{
    CHECK(after_change([](auto& of) { of.version = 0; }) == texts{"version: 0 is below 1"});
    CHECK(after_change([](auto& of) { of.active_max = 0; })
          == texts{"active_max: 0 is below 1, so that none could run"});
    CHECK(after_change([](auto& of) { of.compensation_retries = -1; }) == texts{"compensation_retries: -1 is below 0"});
    CHECK(after_change([](auto& of) { of.timeout = -1ms; }) == texts{"timeout: -1 ms is below 0"});
    CHECK(after_change([](auto& of) { of.timeout = 90'000h; })
          == texts{"timeout: 90000 h is too long; the limit is ten years, 87600 h"});
    CHECK(after_change([](auto& of) { of.compensation_retries = 0, of.timeout = 87'600h; }).empty());
}

TEST_CASE("a saga has at most 200 steps")
{
    auto of = valid();
    for (int i = 3; i < 200; ++i) of.steps.push_back(valid_step("s" + std::to_string(i)));
    CHECK(problems(of).empty());
    of.steps.push_back(valid_step("one_more"));
    CHECK(problems(of) == texts{"steps: there are 201; the limit is 200, and some can be a saga of their own"});
}

TEST_CASE("a trigger names a category and one type, and not what the saga records")
{
    const auto started_by = [](const trigger& by) { return after_change([&](auto& of) { of.started_by = by; }); };
    CHECK(started_by({"document", "document.uploaded"}).empty());
    CHECK(started_by({}) == texts{"started_by.category: is missing", "started_by.type: is missing"});
    CHECK(
        started_by({"doc ument", "document.uploaded"})
        == texts{"started_by.category: \"doc ument\" is not a category: 1 to 200 of A-Z a-z 0-9 . _, beginning with a "
                 "letter or a digit"});
    CHECK(started_by({"document", "document.*"})
          == texts{"started_by.type: \"document.*\" is a pattern: name one type"});
    CHECK(started_by({"document", "a\nb"})
          == texts{"started_by.type: is not text: it is not valid UTF-8, or holds a control character"});
    CHECK(started_by({"document", std::string(256, 'a')}) == texts{"started_by.type: has 256 bytes; the limit is 255"});
    CHECK(started_by({"saga.order_sample", "step_completed"})
          == texts{"started_by.category: saga.order_sample holds what this saga records, so it would start itself"});
    CHECK(started_by({"saga.order_other", "saga_completed"}).empty());
}

TEST_CASE("a step has an id that no other step has")
{
    CHECK(after_change([](auto& of) { of.steps[2].id = ""; }) == texts{"steps[2]: id: is missing"});
    CHECK(after_change([](auto& of) { of.steps[2].id = "C"; })
          == texts{"steps[2] C: id: \"C\" is not one: a-z, 0-9 and _"});
    CHECK(after_change([](auto& of) { of.steps[2].id = "c\x1b"; })
          == texts{"steps[2] \"c\\u001b\": id: \"c\\u001b\" is not one: a-z, 0-9 and _"});
    CHECK(after_change([](auto& of) { of.steps[2].id = "a"; }) == texts{"steps[2] a: id: steps[0] has it already"});
}

TEST_CASE("names that other services see hold only what they can carry")
{
    const std::string rule = " is not one: letters, digits, _ . and -, beginning with a letter or a digit";
    CHECK(after_step_change([](auto& of) { of.service = "ai service"; })
          == texts{"steps[1] b: service: \"ai service\"" + rule});
    CHECK(after_step_change([](auto& of) { of.action = ".hidden"; })
          == texts{"steps[1] b: action: \".hidden\"" + rule});
    CHECK(after_step_change([](auto& of) { of.compensation = "undo\r\nX: y"; })
          == texts{"steps[1] b: compensation: \"undo\\r\\nX: y\"" + rule});
    CHECK(after_step_change([](auto& of) { of.service = "ai-service.v2", of.action = "Extract_text"; }).empty());
    CHECK(after_step_change([](auto& of) { of.name = "\xff"; })
          == texts{"steps[1] b: name: holds a text that is not valid UTF-8"});
    CHECK(after_change([](auto& of) { of.description = "\xff"; })
          == texts{"description: holds a text that is not valid UTF-8"});
}

TEST_CASE("a step asks a service, waits for a signal, or runs a saga")
{
    CHECK(after_step_change([](auto& of) { of.service = ""; })
          == texts{"steps[1] b: says neither a service, nor a signal, nor a saga"});
    CHECK(after_step_change([](auto& of) { of.signal = "approved"; })
          == texts{"steps[1] b: service: it waits for a signal, and asks no service",
                   "steps[1] b: compensation: it waits for a signal, and leaves nothing to undo: say no_compensation"});
    CHECK(after_step_change([](auto& of) { of.saga = "order_tube", of.action = "run"; })
          == texts{"steps[1] b: service: it runs a saga, and asks no service",
                   "steps[1] b: action: it runs a saga, and asks for no action"});
    const step waiting{.id = "b", .compensation = no_compensation, .after = {"a"}, .signal = "approved"};
    CHECK(after_step_change([&](auto& of) { of = waiting; }).empty());
    CHECK(after_step_change([&](auto& of) { of = waiting, of.saga = "order_tube"; })
          == texts{"steps[1] b: waits for a signal and runs a saga: make it two steps"});
    CHECK(after_step_change([&](auto& of) { of = waiting, of.signal = "all right"; }).size() == 1);
    CHECK(after_step_change([&](auto& of) { of = waiting, of.retries = 1; })
          == texts{"steps[1] b: retries: it waits for a signal, once; give it a longer timeout"});
}

TEST_CASE("a saga runs no saga with a wrong name, and not itself")
{
    const step running{.id = "b", .compensation = no_compensation, .after = {"a"}, .saga = "order_tube"};
    CHECK(after_step_change([&](auto& of) { of = running; }).empty());
    CHECK(after_step_change([&](auto& of) { of = running, of.saga = "order-tube"; }).size() == 1);
    CHECK(after_step_change([&](auto& of) { of = running, of.saga = "order_sample"; })
          == texts{"steps[1] b: saga: it is the saga itself, which would never end"});
}

TEST_CASE("each step says how it is undone")
{
    const texts silence{
        "steps[1] b: says neither a compensation nor no_compensation (in a file: compensation = false)"};
    CHECK(after_step_change([](auto& of) { of.compensation = {}; }) == silence);
    CHECK(after_step_change([](auto& of) { of.compensation = ""; }) == silence);
    CHECK(after_step_change([](auto& of) { of.compensation = no_compensation; }).empty());
}

TEST_CASE("what comes after the pivot need not say how it is undone, and must not")
{
    auto of = valid();
    of.steps.push_back(valid_step("beside"));
    of.steps[0].pivot = true;
    for (const int i : {1, 2}) of.steps[static_cast<std::size_t>(i)].compensation = {};
    CHECK(problems(of).empty());

    of.steps[1].compensation = no_compensation;
    CHECK(problems(of).empty());

    of.steps[2].compensation = "undo";
    CHECK(problems(of) == texts{"steps[2] c: compensation: undo can never run: nothing is undone after the pivot, a"});

    of.steps[2].compensation = {};
    of.steps[3].compensation = {};
    CHECK(problems(of).size() == 1);              // beside the pivot: it may have to be undone
    of.steps[3].compensation = "undo";
    of.steps[0].compensation = {};
    CHECK(problems(of).size() == 1);              // the pivot itself: nobody may know whether it was done
}

TEST_CASE("a saga has one pivot")
{
    CHECK(after_change([](auto& of) { of.steps[1].pivot = of.steps[2].pivot = true, of.steps[2].compensation = {}; })
          == texts{"steps[2] c: pivot: b is the pivot already; a saga has one"});
}

TEST_CASE("the times and retries of a step are possible")
{
    CHECK(after_step_change([](auto& of) { of.timeout = 0ms; }) == texts{"steps[1] b: timeout: 0 s is not above 0"});
    CHECK(after_step_change([](auto& of) { of.timeout = -5s; }) == texts{"steps[1] b: timeout: -5 s is not above 0"});
    CHECK(after_step_change([](auto& of) { of.timeout = std::chrono::milliseconds::max(); }).size() == 1);
    CHECK(after_step_change([](auto& of) { of.retries = -1; }) == texts{"steps[1] b: retries: -1 is below 0"});
    CHECK(after_step_change([](auto& of) { of.retry_delay = -1ms; })
          == texts{"steps[1] b: retry_delay: -1 ms is below 0"});
    CHECK(after_step_change([](auto& of) { of.retry_delay_max = -1ms; })
          == texts{"steps[1] b: retry_delay_max: -1 ms is below 0"});
    CHECK(after_step_change([](auto& of) { of.retry_delay = 2min; })
          == texts{"steps[1] b: retry_delay: 2 min is above retry_delay_max, 1 min"});
    CHECK(after_step_change([](auto& of) { of.retry_delay = of.retry_delay_max = 0ms; }).empty());
    CHECK(after_step_change([](auto& of) { of.timeout = 1ms, of.retry_delay = of.retry_delay_max; }).empty());
}

TEST_CASE("a step comes after other steps of the saga, each named once")
{
    CHECK(after_step_change([](auto& of) { of.after = {"a", "z"}; })
          == texts{"steps[1] b: after[1]: there is no step \"z\""});
    CHECK(after_step_change([](auto& of) { of.after = {"b"}; })
          == texts{"steps[1] b: after[0]: it is the step itself"});
    CHECK(after_step_change([](auto& of) { of.after = {"a", "a"}; })
          == texts{"steps[1] b: after[1]: a is there already"});
}

TEST_CASE("steps that wait for each other are named in their order")
{
    CHECK(after_change([](auto& of) { of.steps[0].after = {"c"}; })
          == texts{"steps[0] a: after: the steps wait for each other: a → b → c → a"});
}

TEST_CASE("everything that is wrong is said at once, by step")
{
    auto of = valid();
    of.version = -1;
    of.steps[2].retries = -1;
    of.steps[0].after = {"b"};
    of.steps[0].service = "";
    CHECK(problems(of)
          == texts{"version: -1 is below 1", "steps[0] a: says neither a service, nor a signal, nor a saga",
                   "steps[0] a: after: the steps wait for each other: a → b → a",
                   "steps[2] c: retries: -1 is below 0"});
}

TEST_CASE("the message names the saga; one problem is one line, several have a line each")
{
    const auto message_of = [](const definition& of) -> std::string {
        try {
            check(of);
        } catch (const eventstore::invalid_request& problem) {
            return problem.what();
        }
        return "nothing was thrown";
    };
    auto of = valid();
    of.steps[1].retries = -1;
    CHECK(message_of(of) == "the saga order_sample: steps[1] b: retries: -1 is below 0");
    of.version = 0;
    CHECK(message_of(of)
          == "the saga order_sample has 2 problems:\n  version: 0 is below 1\n  steps[1] b: retries: -1 is below 0");
    CHECK(message_of({}) == "the saga has 2 problems:\n  name: is missing\n  steps: there are none");
}

}  // namespace
}  // namespace annals::sagas
