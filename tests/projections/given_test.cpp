// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/given.hpp>
#include <annals/projections/given.hpp>
#include <tests/projections/support/cards.hpp>

#include <doctest/doctest.h>

using namespace annals::tests;
using annals::commands::given, annals::projections::given;
using annals::projections::unexpected_view;

TEST_CASE("a view folds the facts of a stream into its row")
{
    given<sample_card>(sample_created{.sample_type = "blood", .patient_id = "P-7"}, sample_rejected{"leaked"})
        .then({.patient = "P-7",
               .priority = urgency::normal,
               .rejected_because = "leaked",
               .created_at = annals::eventstore::timestamp{std::chrono::seconds{1}},
               .types = {"blood"},
               .events = 2});
    given<sample_card>().then_no_row();
}

TEST_CASE("a view with a key of its own has a row for each")
{
    given<intake>(sample_created{.sample_type = "blood"}, sample_created{.sample_type = "tissue"},
                  sample_created{.sample_type = "blood"})
        .then("blood", {.samples = 2})
        .then("tissue", {.samples = 1})
        .then_no_row("S-1");
}

TEST_CASE("a fact may belong to several rows or to none")
{
    given<pool>(sample_pooled{{"A", "B"}}, sample_pooled{{"B"}}, sample_rejected{""})
        .then("A", {.samples = {"S-1"}})
        .then("B", {.samples = {"S-1", "S-1"}})
        .then_no_row("rejected");
}

TEST_CASE("differences are shown")
{
    const auto rows = given<intake>(sample_created{.sample_type = "blood"});
    CHECK_THROWS_WITH_AS(rows.then("blood", {.samples = 3}),
                         doctest::Contains("the row \"blood\" is {\"samples\":1}, not {\"samples\":3}"),
                         unexpected_view);
    CHECK_THROWS_WITH_AS(rows.then("plasma", {.samples = 3}),
                         doctest::Contains("there is no row \"plasma\"; expected was {\"samples\":3}"),
                         unexpected_view);
    CHECK_THROWS_AS(rows.then_no_row("blood"), unexpected_view);
}
