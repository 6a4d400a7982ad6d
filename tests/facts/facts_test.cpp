// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/facts.hpp>
#include <tests/support/old_laboratory.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;
using namespace annals::facts;
using namespace annals::tests::old_laboratory;

namespace {

using event = std::variant<measured, put_away, archived>;

auto recorded(std::string type, int schema_version, std::string data) -> recorded_event
{
    return {.stream = {"sample", "S-1"},
            .version = {7},
            .type = std::move(type),
            .schema_version = schema_version,
            .data = std::move(data)};
}

/// The facts of an event today, in their stored form of today.
template <class Variant = event>
auto read(std::string type, int schema_version, std::string data) -> std::vector<std::string>
{
    std::vector<std::string> facts;
    for_each_fact<Variant>(recorded(std::move(type), schema_version, std::move(data)), [&](const auto& fact) {
        const auto today = to_new_event(fact);
        facts.push_back(today.type + " " + today.data);
    });
    return facts;
}

using facts = std::vector<std::string>;

}  // namespace

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

TEST_CASE("what an upcaster made is read as a text of today would be")
{
    CHECK_THROWS_WITH_AS(decode_stored<measured>(R"({"volume_ml":"much","user":"ada"})", 2),
                         "sample.measured.volume_ml: a number was expected, not \"much\"", undecodable);
    const std::string long_name(1 << 20, 'a');
    CHECK(decode_stored<measured>(R"({"user":")" + long_name + "\"}", 2).by == long_name);
    CHECK(decode_stored<measured>(R"({"volume_ml":18446744073709551616})", 2).volume_ml == 18446744073709551616.0);
}

TEST_CASE("a form of a newer program is refused, not guessed")
{
    CHECK_THROWS_WITH_AS(decode_stored<measured>("{}", 4),
                         "sample.measured is stored in schema version 4, this program knows up to 3: run a newer one",
                         mismatch);
}

TEST_CASE("an event is the fact of its name, and none where the variant does not list it")
{
    CHECK(read("sample.measured", 3, R"({"volume_ml":1})") == facts{R"(sample.measured {"volume_ml":1.0,"by":""})"});
    CHECK(read("sample.lost", 1, "{}").empty());
    CHECK(read<std::variant<archived>>("sample.measured", 3, "{}").empty());
}

TEST_CASE("a fact is read under each name that it had, and renaming does not restart its versions")
{
    const facts today{R"(sample.put_away {"place":"shelf 4"})"};
    CHECK(read("sample.shelved", 1, R"({"shelf":"4"})") == today);
    CHECK(read("sample.stored", 2, R"({"place":"shelf 4"})") == today);
    CHECK(read("sample.put_away", 2, R"({"place":"shelf 4"})") == today);
}

TEST_CASE("a former event is every fact that it became, in their order")
{
    CHECK(read("sample.received", 2, R"({"by":"ada","place":"4","volume_ml":2.5})")
          == facts{R"(sample.measured {"volume_ml":2.5,"by":"ada"})", R"(sample.put_away {"place":"4"})"});
    CHECK(read("sample.received", 2, R"({"by":"ada","place":"4"})") == facts{R"(sample.put_away {"place":"4"})"});
}

TEST_CASE("a reader that meets a former event gets the facts that it lists")
{
    const std::string stored = R"({"by":"ada","place":"4","volume_ml":2.5})";
    CHECK(read<std::variant<put_away>>("sample.received", 2, stored) == facts{R"(sample.put_away {"place":"4"})"});
    CHECK(read<std::variant<archived>>("sample.received", 2, stored).empty());
}

TEST_CASE("a former event has versions of its own, and may have become another one first")
{
    CHECK(read("sample.received", 1, R"({"place":"4","volume_ml":2.5})").front()
          == R"(sample.measured {"volume_ml":2.5,"by":"the desk"})");
    CHECK(read("sample.arrived", 1, R"({"at":"4","volume_ul":2500})")
          == facts{R"(sample.measured {"volume_ml":2.5,"by":""})", R"(sample.put_away {"place":"4"})"});
}

TEST_CASE("an event that cannot be read says which one it is")
{
    CHECK_THROWS_WITH_AS(read("sample.measured", 3, R"({"by":1})"),
                         "sample-S-1 version 7: sample.measured.by: a text was expected, not 1", mismatch);
    CHECK_THROWS_WITH_AS(read("sample.measured", 3, "{"),
                         "sample-S-1 version 7: sample.measured: the text is not valid JSON", mismatch);
}

TEST_CASE("an upcast that fails is named, with the event")
{
    CHECK_THROWS_WITH_AS(read("sample.measured", 1, R"({"volume_ml":1})"),
                         "sample-S-1 version 7: sample.measured: its upcast from version 1 failed: "
                         "[json.exception.out_of_range.403] key 'volume_ul' not found",
                         mismatch);
    CHECK_THROWS_WITH_AS(read("sample.measured", 1, "[]"),
                         doctest::Contains("sample-S-1 version 7: sample.measured: its upcast from version 1 failed"),
                         mismatch);
    CHECK_THROWS_WITH_AS(read("sample.arrived", 1, "{}"),
                         "sample-S-1 version 7: sample.received: its upcast failed: no place", mismatch);
}
