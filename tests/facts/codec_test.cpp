// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/decode.hpp>
#include <annals/facts/encode.hpp>
#include <tests/support/property.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace annals::eventstore;
using namespace annals::facts;

namespace {

enum class urgency { low, high };
ANNALS_ENUM(urgency, low, high)

struct tube {
    std::string label;
    double volume_ml = 0;
};
ANNALS_FIELDS(tube, label, volume_ml)

/// One field of each kind that can be stored.
struct everything {
    std::string text = "unset";
    bool flag = false;
    std::int64_t whole = 0;
    std::uint8_t small = 0;
    double real = 0;
    urgency priority = urgency::low;
    timestamp at;
    std::chrono::milliseconds took{};
    std::optional<std::string> maybe;
    std::vector<tube> tubes;
    std::vector<bool> flags;
    std::map<std::string, int> counts;
    json anything;
};
ANNALS_FIELDS(everything, text, flag, whole, small, real, priority, at, took, maybe, tubes, flags, counts, anything)

auto problem_of(const std::string& text, strictness how = strictness::lenient) -> std::string
{
    try {
        (void)decode<everything>(text, "thing", how);
    } catch (const undecodable& problem) {
        return problem.what();
    }
    return "none";
}

/// Text of ASCII and of letters outside it.
auto any_text() -> std::string
{
    std::string text;
    for (const auto part : *rc::gen::arbitrary<std::vector<std::uint8_t>>())
        text += part < 240 ? std::string(1, static_cast<char>(part & 0x7f)) : "é漢";
    return text;
}

auto any_thing() -> everything
{
    everything value;
    value.text = any_text();
    value.flag = *rc::gen::arbitrary<bool>();
    value.whole = *rc::gen::arbitrary<std::int64_t>();
    value.small = *rc::gen::arbitrary<std::uint8_t>();
    value.real = *rc::gen::arbitrary<double>();
    value.priority = *rc::gen::element(urgency::low, urgency::high);
    value.at = timestamp{
        std::chrono::microseconds{*rc::gen::inRange<std::int64_t>(-30'000'000'000'000'000, 250'000'000'000'000'000)}};
    value.took = std::chrono::milliseconds{*rc::gen::arbitrary<std::int64_t>()};
    if (*rc::gen::arbitrary<bool>()) value.maybe = any_text();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
        value.tubes.push_back({any_text(), *rc::gen::arbitrary<double>()});
    value.flags = *rc::gen::arbitrary<std::vector<bool>>();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) value.counts[any_text()] = *rc::gen::arbitrary<int>();
    return value;
}

}  // namespace

TEST_CASE("what is encoded and decoded is what it was")
{
    annals::tests::check_property("decode(encode(x)) == x", [] {
        const auto value = any_thing();
        const auto text = to_text(encode(value), "thing");
        const auto back = decode<everything>(text, "thing");
        RC_ASSERT(back.text == value.text);
        RC_ASSERT(back.at == value.at);
        RC_ASSERT(back.real == value.real);
        RC_ASSERT(to_text(encode(back), "thing") == text);
    });
}

TEST_CASE("fields are written in the macro's order, times and enums as text, unset optionals not at all")
{
    everything value{.text = "é", .priority = urgency::high, .took = std::chrono::milliseconds{7}};
    value.tubes.push_back({"A", 1.5});
    CHECK(encode(value).dump()
          == R"({"text":"é","flag":false,"whole":0,"small":0,"real":0.0,"priority":"high",)"
             R"("at":"1970-01-01T00:00:00.000000Z","took":7,"tubes":[{"label":"A","volume_ml":1.5}],)"
             R"("flags":[],"counts":{},"anything":null})");
}

TEST_CASE("a member that is missing leaves the field's default; null unsets an optional")
{
    const auto value = decode<everything>(R"({"maybe": null})", "thing");
    CHECK(value.text == "unset");
    CHECK_FALSE(value.maybe);
}

TEST_CASE("a member that does not fit its field is refused with its path")
{
    CHECK(problem_of("[]") == "thing: an object was expected, not []");
    CHECK(problem_of(R"({"text": 7})") == "thing.text: a text was expected, not 7");
    CHECK(problem_of(R"({"text": null})") == "thing.text: a text was expected, not null");
    CHECK(problem_of(R"({"text": {"a":[1,-2,1e2,"b",true]}})")
          == R"(thing.text: a text was expected, not {"a":[1,-2,100.0,"b",true]})");
    CHECK(problem_of(R"({"flag": 1})") == "thing.flag: true or false was expected, not 1");
    CHECK(problem_of(R"({"whole": 1.5})") == "thing.whole: a whole number was expected, not 1.5");
    CHECK(problem_of(R"({"whole": 9223372036854775808})") == "thing.whole: 9223372036854775808 is out of range");
    CHECK(problem_of(R"({"small": 256})") == "thing.small: 256 is out of range");
    CHECK(problem_of(R"({"small": -1})") == "thing.small: -1 is out of range");
    CHECK(problem_of(R"({"whole": 18446744073709551616})")
          == "thing.whole: a whole number was expected, not 1.8446744073709552e+19");
    CHECK(problem_of(R"({"real": "1"})") == "thing.real: a number was expected, not \"1\"");
    CHECK(problem_of(R"({"priority": "soon"})") == "thing.priority: \"soon\" is not one of low, high");
    CHECK(problem_of(R"({"priority": 1})") == "thing.priority: 1 is not one of low, high");
    CHECK(problem_of(R"({"took": 0.5})") == "thing.took: a whole number was expected, not 0.5");
    CHECK(problem_of(R"({"maybe": 1})") == "thing.maybe: a text was expected, not 1");
    CHECK(problem_of(R"({"at": 7})") == "thing.at: a time was expected, not 7");
    CHECK(problem_of(R"({"at": "yesterday"})").starts_with("thing.at: \"yesterday\" is not a time"));
    CHECK(problem_of(R"({"tubes": {}})") == "thing.tubes: a list was expected, not {}");
    CHECK(problem_of(R"({"tubes": [{"label": 1}]})") == "thing.tubes[].label: a text was expected, not 1");
    CHECK(problem_of(R"({"counts": {"a": "b"}})") == "thing.counts.a: a whole number was expected, not \"b\"");
    CHECK(problem_of(R"({"counts": []})") == "thing.counts: an object was expected, not []");
}

TEST_CASE("a message shows the beginning of a long value")
{
    const auto text = problem_of(R"({"whole": ")" + std::string(1000, 'x') + "\"}");
    CHECK(text == "thing.whole: a whole number was expected, not \"" + std::string(79, 'x') + "...");
}

TEST_CASE("an unknown member is ignored in what is stored, and refused where it is asked for")
{
    CHECK(problem_of(R"({"colour": 1})") == "none");
    CHECK(problem_of(R"({"colour": 1})", strictness::strict) == "thing: there is no field \"colour\"");
    CHECK(problem_of(R"({"tubes": [{"colour": 1}]})", strictness::strict)
          == "thing.tubes[]: there is no field \"colour\"");
}

TEST_CASE("values that cannot be read back are not stored")
{
    CHECK_THROWS_AS(encode(std::numeric_limits<double>::quiet_NaN()), invalid_request);
    CHECK_THROWS_AS(encode(std::numeric_limits<double>::infinity()), invalid_request);
    CHECK_THROWS_WITH_AS(encode(static_cast<urgency>(7)),
                         "the value 7 of an enum has no name: its ANNALS_ENUM knows low, high", invalid_request);
    CHECK_THROWS_WITH_AS(to_text(encode(std::string("\xff")), "it"), "it holds a text that is not valid UTF-8",
                         invalid_request);
}
