// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/sagas/definition/definition_json.hpp>
#include <examples/laboratory/sagas.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace annals::sagas {
namespace {

using namespace std::chrono_literals;
using eventstore::json;

/// Every field has another value than by default.
auto full() -> definition
{
    return {.name = "full",
            .version = 7,
            .description = "says \"all\"\nthere is",
            .started_by = trigger{"document", "document.uploaded"},
            .timeout = 1h,
            .compensation_retries = 0,
            .parallel_compensation = false,
            .active_max = 1,
            .steps = {{.id = "one",
                       .name = "The first: ß",
                       .service = "sample",
                       .action = "do_one",
                       .compensation = "undo_one",
                       .timeout = 1'500ms,
                       .retries = 9,
                       .retry_delay = 1ms,
                       .retry_delay_max = 2ms,
                       .pivot = true},
                      {.id = "two", .compensation = no_compensation, .signal = "approved"},
                      {.id = "three", .after = {"one", "two"}, .saga = "other"}}};
}

/// The message for a definition that is the laboratory's, but for one value.
auto message_with(const char* pointer, const json& value) -> std::string
{
    auto changed = to_json(laboratory::sample_processing_workflow());
    changed[json::json_pointer(pointer)] = value;
    try {
        (void)definition_from(changed);
    } catch (const eventstore::invalid_request& problem) {
        std::string_view text = problem.what();
        constexpr std::string_view begin = "the saga sample_processing_workflow: ";
        if (text.starts_with(begin)) text.remove_prefix(begin.size());
        return std::string(text);
    }
    return "nothing was thrown";
}

TEST_CASE("a definition is read back equal from its JSON, also through text")
{
    for (const auto& one : {full(), laboratory::laboratory_processing(), laboratory::sample_processing_workflow(),
                            laboratory::pdf_processing_workflow(), laboratory::reserve_process_update(),
                            laboratory::sequencing_with_quality()}) {
        const auto written = to_json(one);
        CHECK(definition_from(written) == one);
        CHECK(definition_from(json::parse(written.dump())) == one);
        CHECK(to_json(definition_from(written)) == written);
    }
}

TEST_CASE("what is empty is left out, and what has a default is written")
{
    const definition of{.name = "small", .steps = {{.id = "a", .service = "sample", .compensation = no_compensation}}};
    CHECK(to_json(of).dump()
          == R"({"name":"small","version":1,"timeout":"0 s","compensation_retries":5,"parallel_compensation":true,)"
             R"("active_max":100,"steps":[{"id":"a","service":"sample","compensation":false,"timeout":"30 s",)"
             R"("retries":0,"retry_delay":"1 s","retry_delay_max":"1 min","pivot":false}]})");
}

TEST_CASE("fields that are left out have their defaults")
{
    const auto read = definition_from(
        json::parse(R"({"name": "small", "steps": [{"id": "a", "service": "s", "compensation": "b"}]})"));
    CHECK(read == definition{.name = "small", .steps = {{.id = "a", .service = "s", .compensation = "b"}}});
}

TEST_CASE("a value of another kind is refused with its place")
{
    CHECK(message_with("/steps/2/timeout", 30)
          == "steps[2] update_sample_status: timeout: 30 is not a duration: write \"30 s\", \"250 ms\", \"5 min\" or "
             "\"2 h\"");
    CHECK(message_with("/timeout", "soon").starts_with("timeout: \"soon\" is not a duration"));
    CHECK(message_with("/steps/1/retries", 1.5) == "steps[1] process_pdf: retries: 1.5 is not a whole number");
    CHECK(message_with("/steps/1/retries", "1") == "steps[1] process_pdf: retries: \"1\" is not a whole number");
    CHECK(message_with("/version", 2'147'483'648) == "version: 2147483648 is not a number of up to 31 bits");
    CHECK(message_with("/version", 18'446'744'073'709'551'615u).starts_with("version: 18446744073709551615 is not"));
    CHECK(message_with("/parallel_compensation", "yes") == "parallel_compensation: \"yes\" is not true or false");
    CHECK(message_with("/steps/0/service", nullptr) == "steps[0] validate_sample: service: null is not a text");
    CHECK(message_with("/steps/1/after", "validate_sample")
          == "steps[1] process_pdf: after: \"validate_sample\" is not a list");
    CHECK(message_with("/steps/1/after/0", 5) == "steps[1] process_pdf: after[0]: 5 is not a text");
    CHECK(message_with("/steps/0", "validate_sample")
          == "steps[0]: \"validate_sample\" is not a step, which has fields");
    CHECK(message_with("/steps", true) == "steps: true is not a list");
    CHECK(message_with("/started_by", "document.uploaded")
          == "started_by: \"document.uploaded\" is not a trigger, which has fields");
    CHECK_THROWS_WITH_AS(definition_from(json(5)), "the saga: 5 is not a saga, which has fields",
                         eventstore::invalid_request);
}

TEST_CASE("a compensation is a name or false")
{
    for (const json& other : {json(true), json(""), json(nullptr), json(0)})
        CHECK(message_with("/steps/0/compensation", other)
              == "steps[0] validate_sample: compensation: " + other.dump()
                     + " is neither the name of an action nor false: nothing to undo");
}

TEST_CASE("a field that there is none of is refused with those that there are")
{
    CHECK(message_with("/steps/1/timeuot", "5 s")
          == "steps[1] process_pdf: timeuot: a step has no such field; it has id, name, service, action, compensation, "
             "timeout, retries, retry_delay, retry_delay_max, after, pivot, signal, saga");
    CHECK(message_with("/started_by", {{"category", "document"}, {"types", "a"}})
          == "started_by.types: a trigger has no such field; it has category, type");
    CHECK(message_with("/active", 5).starts_with("active: a saga has no such field; it has name, version,"));
    CHECK(message_with("/a\x1b", 5).starts_with("\"a\\u001b\": a saga has no such field"));
}

TEST_CASE("all that is wrong with the form is said at once, and what the check finds when the form is right")
{
    CHECK_THROWS_WITH_AS(
        definition_from(json::parse(R"({"name": "small", "version": "1", "steps": [{"id": "a", "retries": "many"}]})")),
        "the saga small has 2 problems:\n  version: \"1\" is not a whole number\n  steps[0] a: retries: \"many\" is "
        "not "
        "a whole number",
        eventstore::invalid_request);
    CHECK(message_with("/steps/0/id", "") != message_with("/steps/0/id", "validate_sample"));
    CHECK(message_with("/steps/0/timeout", "0 s") == "steps[0] validate_sample: timeout: 0 s is not above 0");
}

}  // namespace
}  // namespace annals::sagas
