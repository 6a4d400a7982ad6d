// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/projections/header.hpp>

#include <doctest/doctest.h>

using namespace annals;
using projections::header;

namespace {
struct card {
    static constexpr projections::header header{.projection = "card", .version = 2, .categories = "sample, storage"};
};
}  // namespace

TEST_CASE("a header is a constant of the struct that it describes")
{
    CHECK_NOTHROW(projections::check(card::header));
    CHECK(card::header.categories.split() == std::vector<std::string>{"sample", "storage"});
}

TEST_CASE("several categories are one text with commas, or several texts in braces")
{
    const std::vector<std::string> both{"bike", "customer"};
    CHECK(header{.categories = "bike,  customer"}.categories.split() == both);
    CHECK(header{.categories = {"bike", "customer"}}.categories.split() == both);
    CHECK(header{.categories = {"bike"}}.categories.split() == std::vector<std::string>{"bike"});
    CHECK(header{}.categories.split().empty());
    CHECK_THROWS_AS(projections::check({.projection = "card", .categories = {"bike", "bike"}}),
                    eventstore::invalid_request);
}

TEST_CASE("a header that breaks a rule is refused")
{
    const header wrong[] = {
        {.projection = "", .categories = "sample"},
        {.projection = "Card", .categories = "sample"},
        {.projection = "1card", .categories = "sample"},
        {.projection = "card;drop", .categories = "sample"},
        {.projection = "card", .version = 0, .categories = "sample"},
        {.projection = "card", .categories = " "},
        {.projection = "card", .categories = "sample,,storage"},
        {.projection = "card", .categories = "sample, sample"},
        {.projection = "card", .categories = "sam-ple"},
        {.projection = "a2345678901234567890123456789012345678901", .categories = "sample"},
    };
    for (const auto& one : wrong) CHECK_THROWS_AS(projections::check(one), eventstore::invalid_request);
}
