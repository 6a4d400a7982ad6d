// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/outcome_word.hpp>

#include <doctest/doctest.h>

using namespace annals;
using eventstore::json;

TEST_CASE("each outcome has a word, and the word gives the outcome back")
{
    for (const auto& how : {sagas::done(), sagas::failed("no"), sagas::try_again("no"), sagas::in_doubt("no")}) {
        const auto read = sagas::outcome_of(sagas::word_of(how), how.error ? R"({"error": "no"})" : "");
        REQUIRE(read);
        CHECK(read->error == how.error);
        CHECK(sagas::word_of(*read) == sagas::word_of(how));
    }
    CHECK_FALSE(sagas::outcome_of("Done", ""));
}

TEST_CASE("a result that cannot be stored leaves the attempt in doubt")
{
    CHECK(sagas::done_with("").result.is_null());
    CHECK(sagas::done_with("[1, {\"a\": null}]").result == json{1, {{"a", nullptr}}});
    for (const std::string bad :
         {"<html>", "1, \"more\": 2", R"({"a": "\u0000"})", R"({"a": 1, "a": 2})", "\"\xff\""}) {
        CAPTURE(bad);
        CHECK(sagas::word_of(sagas::done_with(bad)) == "in_doubt");
    }
    CHECK(sagas::word_of(sagas::done_with(std::string(100'000, '['))) == "in_doubt");
    const auto large = "\"" + std::string(sagas::result_bytes_max, 'x') + "\"";
    CHECK(*sagas::done_with(large).error
          == "the service says that it is done, but its result has 524290 bytes; the most are 524288");
}

TEST_CASE("an error is the text under its name, or the whole answer, and is limited")
{
    CHECK(sagas::error_in(R"({"error": "no room", "code": 7})") == "no room");
    CHECK(sagas::error_in(R"({"error": 7})") == R"({"error": 7})");
    CHECK(sagas::error_in("no room") == "no room");
    CHECK(sagas::error_in("\xff") == "");
    const auto umlauts = [](std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) text += "ü";
        return text;
    };
    CHECK(sagas::error_in("x" + umlauts(1500)) == "x" + umlauts(999) + "…");
}
