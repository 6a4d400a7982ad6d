// SPDX-License-Identifier: Apache-2.0
#include <eventstore/event_type.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;

namespace {

struct measured {
    double volume_ml = 0;
    std::string by;
};
ANNALS_EVENT(measured, "sample.measured", volume_ml, by)

/// 1 → 2: volumes were microlitres.
void upcast(from_version<measured, 1>, json& stored) { stored["volume_ml"] = stored.value("volume_ul", 0.0) / 1000; }

/// 2 → 3: who measured was called `user`.
void upcast(from_version<measured, 2>, json& stored) { stored["by"] = stored.value("user", ""); }

struct archived {};
ANNALS_EVENT(archived, "sample.archived")

using event = std::variant<measured, archived>;

auto recorded(std::string type, int schema_version, std::string data) -> recorded_event
{
    return {.stream = {"sample", "S-1"},
            .version = {7},
            .type = std::move(type),
            .schema_version = schema_version,
            .data = std::move(data)};
}

}  // namespace

TEST_CASE("a fact is stored under its name, with the version that its upcasters make")
{
    const auto stored = to_new_event(event{measured{4.5, "ada"}});
    CHECK(stored.type == "sample.measured");
    CHECK(stored.schema_version == 3);
    CHECK(stored.data == R"({"volume_ml":4.5,"by":"ada"})");
    CHECK(to_new_event(archived{}).schema_version == 1);
    CHECK(to_new_event(archived{}).data == "{}");
    CHECK(to_new_event(archived{}).id != to_new_event(archived{}).id);
}

TEST_CASE("an older form is brought up through every version since")
{
    const auto first = decode_stored<measured>(R"({"volume_ul":4500,"user":"ada"})", 1);
    CHECK(first.volume_ml == 4.5);
    CHECK(first.by == "ada");
    const auto second = decode_stored<measured>(R"({"volume_ml":4.5,"user":"ada"})", 2);
    CHECK(second.volume_ml == 4.5);
    CHECK(second.by == "ada");
    CHECK(decode_stored<measured>(R"({"volume_ml":4.5,"by":"ada","user":"grace"})", 3).by == "ada");
}

TEST_CASE("a form of a newer program is not guessed at")
{
    CHECK_THROWS_WITH_AS(decode_stored<measured>("{}", 4),
                         "sample.measured is stored in schema version 4, this program knows up to 3: run a newer one",
                         mismatch);
}

TEST_CASE("an event becomes the alternative of its name, or nothing when none has it")
{
    const auto found = decode_event<event>(recorded("sample.measured", 3, R"({"volume_ml":1})"));
    REQUIRE(found);
    CHECK(std::get<measured>(*found).volume_ml == 1);
    CHECK_FALSE(decode_event<event>(recorded("sample.lost", 1, "{}")));
}

TEST_CASE("an event that cannot be read says which one it is")
{
    CHECK_THROWS_WITH_AS(decode_event<event>(recorded("sample.measured", 3, R"({"by":1})")),
                         "sample-S-1 version 7: sample.measured.by: a text was expected, not 1", mismatch);
    CHECK_THROWS_WITH_AS(decode_event<event>(recorded("sample.measured", 3, "{")),
                         "sample-S-1 version 7: sample.measured: not valid JSON", mismatch);
}

TEST_CASE("a fact that JSON cannot hold is refused by its name")
{
    CHECK_THROWS_WITH_AS(to_new_event(measured{.by = "\xff"}),
                         "sample.measured cannot be stored: it holds a text that is not valid UTF-8", invalid_request);
}
