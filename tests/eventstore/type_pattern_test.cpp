// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/type_pattern.hpp>

#include <doctest/doctest.h>

#include <random>
#include <span>
#include <string>
#include <vector>

using annals::eventstore::type_pattern;

namespace {

using tokens = std::vector<std::string>;

/// The definition, word by word, without regard to speed.
auto means(std::span<const std::string> pattern, std::span<const std::string> type) -> bool
{
    if (pattern.empty()) return type.empty();
    const auto rest = pattern.subspan(1);
    if (pattern[0] == "**") {
        for (std::size_t n = 0; n <= type.size(); ++n)
            if (means(rest, type.subspan(n))) return true;
        return false;
    }
    if (type.empty()) return false;
    if (pattern[0] == ">") return true;
    return (pattern[0] == "*" || pattern[0] == type[0]) && means(rest, type.subspan(1));
}

auto joined(const tokens& all) -> std::string
{
    std::string text;
    for (const auto& token : all) text += (text.empty() ? "" : ".") + token;
    return text;
}

}  // namespace

TEST_CASE("a lone star is every type, whatever its name")
{
    for (const auto* type : {"sample.created", "ER Registration", "a.b.c.d", "*", ""})
        CHECK(type_pattern::parse("*").matches(type));
}

TEST_CASE("in a longer pattern * is one token, ** any number, > one or more")
{
    CHECK(type_pattern::parse("sample.*").matches("sample.created"));
    CHECK_FALSE(type_pattern::parse("sample.*").matches("sample"));
    CHECK_FALSE(type_pattern::parse("sample.*").matches("sample.created.late"));
    CHECK(type_pattern::parse("sample.**").matches("sample"));
    CHECK(type_pattern::parse("**.failed").matches("a.b.failed"));
    CHECK(type_pattern::parse("sample.>").matches("sample.created.late"));
    CHECK_FALSE(type_pattern::parse("sample.>").matches("sample"));
    CHECK(type_pattern::parse("IV Antibiotics").matches("IV Antibiotics"));
    CHECK(type_pattern::parse("a > b").matches("a > b"));
}

TEST_CASE("a quoted name stands for itself only")
{
    CHECK(type_pattern::exactly("sample.*").matches("sample.*"));
    CHECK_FALSE(type_pattern::exactly("sample.*").matches("sample.created"));
}

TEST_CASE("a star inside a token, or > before the end, is refused")
{
    for (const auto* text : {"sam*", "a.*b", "***", ">.a", "a.>.b"})
        CHECK_THROWS_AS(type_pattern::parse(text), annals::eventstore::invalid_request);
}

TEST_CASE("patterns mean what the definition says, for many random patterns and types")
{
    std::mt19937 random(20);
    const auto pick = [&](const tokens& from) { return from[random() % from.size()]; };
    int matched = 0;
    for (int round = 0; round < 20'000; ++round) {
        tokens pattern(1 + random() % 4), type(1 + random() % 5);
        for (auto& token : pattern) token = pick({"a", "b", "*", "**"});
        if (random() % 4 == 0) pattern.back() = ">";
        for (auto& token : type) token = pick({"a", "b"});
        const bool expected = joined(pattern) == "*" || means(pattern, type);
        matched += expected ? 1 : 0;
        CAPTURE(joined(pattern));
        CAPTURE(joined(type));
        REQUIRE(type_pattern::parse(joined(pattern)).matches(joined(type)) == expected);
    }
    CHECK(matched > 2000);
}
