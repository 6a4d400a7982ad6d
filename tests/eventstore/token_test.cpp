// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/token.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;

TEST_CASE("a token is written as category/partition@position, several joined by a comma")
{
    token both;
    both.include({"sample", 3}, {17});
    both.include({"barcode", 0}, {2});
    CHECK(to_string(both) == "barcode/0@2,sample/3@17");
    CHECK(parse_token(to_string(both)) == both);
    CHECK(parse_token("").empty());
}

TEST_CASE("joined tokens keep the later position of a log")
{
    CHECK(to_string(parse_token("sample/3@17,sample/3@5")) == "sample/3@17");
}

TEST_CASE("a text that is not a token is refused")
{
    for (const auto* text : {"sample", "sample/3", "sample/x@1", "sample/3@", "sample/3@-1", "/3@1", "sa mple/3@1"})
        CHECK_THROWS_AS(parse_token(text), invalid_request);
}
