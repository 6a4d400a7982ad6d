// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/command.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <tests/commands/laboratory.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests;
using commands::parse;

TEST_CASE("a command has the name of its type") { CHECK(commands::name_of<create_sample>() == "create_sample"); }

TEST_CASE("a command is read from JSON; a missing field has its default")
{
    const auto command = parse<create_sample>(R"({"barcode": "B-7", "priority": "urgent"})");
    REQUIRE(command);
    CHECK(command->barcode == "B-7");
    CHECK(command->priority == urgency::urgent);
    CHECK(command->patient_id.empty());
}

TEST_CASE("a command that does not fit is refused, saying where and why")
{
    const auto reason = [](auto command) { return command ? "accepted" : command.error().reason; };
    CHECK(reason(parse<create_sample>(R"({"barcodes": "B-7"})")) == "create_sample: there is no field \"barcodes\"");
    CHECK(reason(parse<create_sample>(R"({"barcode": 7})")) == "create_sample.barcode: a text was expected, not 7");
    CHECK(reason(parse<create_sample>(R"({"priority": "soon"})"))
          == "create_sample.priority: \"soon\" is not one of low, normal, high, urgent");
    CHECK(reason(parse<validate_sample>(R"({"volume_ml": "4"})"))
          == "validate_sample.volume_ml: a number was expected, not \"4\"");
    CHECK(reason(parse<create_sample>("{")) == "create_sample: the text is not valid JSON");
    CHECK(reason(parse<create_sample>("[]")) == "create_sample: the text is not a JSON object");
    CHECK(reason(parse<create_sample>(R"({"barcode":"a","barcode":"b"})"))
          == "create_sample: the text holds the member \"barcode\" twice in one object");
    CHECK(parse<create_sample>("7").error().code == commands::codes::malformed);
}

TEST_CASE("a command that arrives as JSON is carried out like any other")
{
    eventstore::memory::memory_store store;
    const auto create = commands::as_json_command<sample, create_sample>();
    CHECK(create.category == "sample");
    CHECK(create.name == "create_sample");

    const auto done = create.handle(store, "S-1", R"({"barcode": "B-7"})", {.user_id = "ada"}, {});
    REQUIRE(done);
    CHECK(done->version.number == 1);
    CHECK(create.handle(store, "S-1", R"({"barcode": "B-8"})", {}, {}).error().reason == "this sample exists already");
    CHECK(create.handle(store, "S-2", R"({"bar": "B-8"})", {}, {}).error().code == commands::codes::malformed);
    CHECK(store.read({"sample", "S-2"}).empty());
}
