// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/command.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <tests/commands/laboratory.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::tests;
using commands::parse;

namespace {

struct place_of_tube {
    int row = 1;
    std::optional<int> column;
};
struct order_sample {
    std::string barcode;
    place_of_tube rack;
    std::vector<place_of_tube> tests;
    std::optional<std::string> note;
};
ANNALS_FIELDS(place_of_tube, row, column)
ANNALS_FIELDS(order_sample, barcode, rack, tests, note)

constexpr auto b7 = R"({"barcode": "B-7", "sample_type": "blood", "patient_id": "P-1", "priority": "normal"})";

}  // namespace

TEST_CASE("a command has the name of its type") { CHECK(commands::name_of<create_sample>() == "create_sample"); }

TEST_CASE("a command is read from JSON; only an optional may be left out")
{
    const auto command = parse<order_sample>(R"({"barcode": "B-7", "rack": {"row": 2}, "tests": []})");
    REQUIRE(command);
    CHECK(command->barcode == "B-7");
    CHECK(command->rack.row == 2);
    CHECK_FALSE(command->note);
    CHECK_FALSE(command->rack.column);
}

TEST_CASE("a command without a field that is no optional is malformed, and the message names both")
{
    const auto fault = [](std::string_view json) { return parse<order_sample>(json).error(); };
    CHECK(fault("{}").reason == "order_sample: the field \"barcode\" is missing");
    CHECK(fault("{}").code == commands::codes::malformed);
    CHECK(fault(R"({"barcode": "B-7", "tests": []})").reason == "order_sample: the field \"rack\" is missing");
    CHECK(fault(R"({"barcode": "B-7", "rack": {}, "tests": []})").reason
          == "order_sample.rack: the field \"row\" is missing");
    CHECK(fault(R"({"barcode": "B-7", "rack": {"row": 2}, "tests": [{"row": 1}, {"column": 1}]})").reason
          == "order_sample.tests[]: the field \"row\" is missing");
    CHECK(fault(R"({"barcode": "B-7", "tests": [], "rock": {}})").reason == "order_sample: there is no field \"rock\"");
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

    const auto done = create.handle(store, "S-1", b7, {.user_id = "ada"}, {});
    REQUIRE(done);
    CHECK(done->version.number == 1);
    CHECK(create.handle(store, "S-1", b7, {}, {}).error().reason == "this sample exists already");
    CHECK(create.handle(store, "S-2", R"({"bar": "B-8"})", {}, {}).error().code == commands::codes::malformed);
    CHECK(store.read({"sample", "S-2"}).empty());
}

TEST_CASE("commands that arrive as JSON are carried out together, too")
{
    eventstore::memory::memory_store store;
    const auto create = commands::as_json_command<sample, create_sample>();
    const auto validate = commands::as_json_command<sample, validate_sample>();
    const auto answer = commands::handle(store, create.read("S-1", b7).value(),
                                         validate.read("S-2", R"({"by": "ada", "volume_ml": 4})").value());
    REQUIRE_FALSE(answer);
    CHECK(answer.error().stream == eventstore::stream_id{"sample", "S-2"});
    CHECK(validate.read("S-1", "{}").error().reason == "validate_sample: the field \"by\" is missing");
    CHECK(commands::handle(store, create.read("S-1", b7).value(),
                           validate.read("S-1", R"({"by": "ada", "volume_ml": 4})").value()));
    CHECK(store.read({"sample", "S-1"}).size() == 2);
}
