// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/payload_check.hpp>
#include <tests/support/property.hpp>

#include <doctest/doctest.h>

using annals::eventstore::fault_of_payload;

namespace {

/// JSON text, sometimes with a few bytes lost, added or changed. Without exponents: jsonb can hold a number that a
/// `double` cannot, but nlohmann::json cannot.
auto nearly_json() -> std::string
{
    static const std::vector<std::string> parts{
        "{",  "}",  "[",     "]",      ":",  ",",    "\"",   "\\",   "\\u00e9", "\\ud83d\\ude00",
        "a",  "é",  "0",     "1",      "-",  ".5",   "true", "null", " ",       "{}",
        "[]", "12", "\"a\"", "\"b\":", "\n", "\x01", "\xc3", "0.5",  "false"};
    auto text = *rc::gen::element<std::string>(R"({"a":[1,-2.5,true,null],"b":{"c":"é\n\u00e9"}})",
                                               R"({"x":{},"y":[{}]} )", "{}");
    for (int changes = *rc::gen::inRange(0, 4); changes > 0; --changes) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
        text.replace(at, *rc::gen::inRange<std::size_t>(0, 3), *rc::gen::elementOf(parts));
    }
    return text;
}

}  // namespace

TEST_CASE("a payload is a JSON object")
{
    CHECK_FALSE(fault_of_payload(R"({})"));
    CHECK_FALSE(fault_of_payload(R"( {"a": [1, -2.5e3, true, null, "é\u00e9\ud83d\ude00\n"], "b": {"a": {}}} )"));
    CHECK(fault_of_payload("") == "is not a JSON object");
    CHECK(fault_of_payload("[1]") == "is not a JSON object");
    CHECK(fault_of_payload(R"({"a":1} x)") == "is not one JSON object: there is more after it");
}

TEST_CASE("invalid JSON is refused")
{
    for (const auto* text :
         {R"({"a":01})", R"({"a":.5})", R"({"a":1.})", R"({"a":1e})", R"({"a":nul})", R"({"a":'x'})", R"({"a":1,})",
          R"({"a" 1})", R"({a:1})", R"({"a":"\x"})", R"({"a":)", R"({"a":"x)", R"({"a":+1})"})
        CHECK_MESSAGE(fault_of_payload(text) == "is not valid JSON", text);
    CHECK(fault_of_payload("{\"a\":\"\n\"}") == "is not valid JSON: a control character in a text");
}

TEST_CASE("what jsonb cannot hold is refused, since it would break every SQL projection")
{
    CHECK(fault_of_payload(R"({"a":"\u0000"})") == "holds \\u0000, which jsonb refuses");
    CHECK(fault_of_payload(R"({"a":"\ud800"})") == "holds a lone surrogate, which jsonb refuses");
    CHECK(fault_of_payload(R"({"a":"\udc00\ud800"})") == "holds a lone surrogate, which jsonb refuses");
    CHECK(fault_of_payload(R"({"a":1e1073741823})") == "holds a number beyond jsonb's range");
    CHECK(fault_of_payload(R"({"a":1e131072})") == "holds a number beyond jsonb's range");
    CHECK(fault_of_payload(R"({"a":1e131071})") == "holds a number beyond a double's range; write it as a text");
    CHECK(fault_of_payload(R"({"a":1e-20000})") == "holds a number beyond jsonb's range");
    CHECK(fault_of_payload(R"({"a":1,"\u0061":2})") == "holds the member \"a\" twice in one object");
    CHECK(fault_of_payload("{\"a\":\"\xc3\x28\"}") == "is not valid UTF-8");
    CHECK(fault_of_payload("{\"a\":\"\xed\xa0\x80\"}") == "is not valid UTF-8");
}

TEST_CASE("a payload is nested at most 64 deep")
{
    const auto nested = [](int depth) {
        std::string text = "1";
        for (int i = 0; i < depth; ++i) text = "{\"a\":" + text + "}";
        return text;
    };
    CHECK_FALSE(fault_of_payload(nested(64)));
    CHECK(fault_of_payload(nested(65)) == "is nested deeper than 64");
}

TEST_CASE("accepted texts are JSON, and JSON is refused only for what jsonb cannot hold")
{
    annals::tests::check_property("as nlohmann::json has it", [] {
        const auto text = nearly_json();
        const auto fault = fault_of_payload(text);
        const auto parsed = annals::eventstore::json::parse(text, nullptr, false);
        RC_CLASSIFY(!fault);
        if (!fault) RC_ASSERT(parsed.is_object());
        else if (parsed.is_object()) RC_ASSERT(fault->ends_with("twice in one object") || fault->ends_with("range"));
    });
}
