// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/json_text.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

using namespace annals::cli::imports;

TEST_CASE("a number is one in JSON's grammar")
{
    for (const auto* text : {"0", "-0", "85.0", "-1.5e+10", "1E5", "12345678901234567890123"})
        CHECK(is_json_number(text));
    for (const auto* text : {"", "-", "007", "1,5", "+1", ".5", "1.", "1e", "0x1", " 1", "1 ", "NaN", "--1"})
        CHECK_FALSE(is_json_number(text));
}

TEST_CASE("true and false are booleans in any case")
{
    CHECK(as_boolean("True") == true);
    CHECK(as_boolean("FALSE") == false);
    for (const auto* text : {"", "yes", "1", "true "}) CHECK_FALSE(as_boolean(text).has_value());
}

TEST_CASE("any text becomes a JSON string that reads back as the same text")
{
    const bool holds = rc::check([] {
        const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
        std::string quoted;
        append_json_string(quoted, text);
        RC_ASSERT(nlohmann::json::parse(quoted).get<std::string>() == text);
    });
    CHECK(holds);
}
