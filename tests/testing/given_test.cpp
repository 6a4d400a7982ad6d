// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/given.hpp>
#include <tests/testing/shop.hpp>

#include <doctest/doctest.h>

#include <source_location>
#include <string>

using namespace shop;
using namespace std::chrono_literals;
using annals::eventstore::new_event;
using annals::testing::given, annals::testing::on;

namespace {

const auto noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 27} + 12h;

/// What a failing line of a test says; the line itself is `LINE`.
template <class Check>
auto told(Check check) -> std::string
{
    try {
        check();
    } catch (const annals::facts::unexpected& problem) {
        return problem.what();
    }
    return "nothing";
}

auto at_line(unsigned line) -> std::string { return std::string(__FILE__) + ":" + std::to_string(line) + ": "; }

}  // namespace

TEST_CASE("a view over two categories sees several streams in the order written")
{
    given<card>(on<customer>("C-1", joined{"Ada"}), on<customer>("C-2", joined{"Bob"}),
                on<bike>("B-1", rented{"C-1"}).at(noon), on<bike>("B-2", rented{"C-2"}),
                on<bike>("B-1", returned{"C-1"}), on<bike>("B-1", rented{"C-2"}, returned{"C-1"}))
        .then("C-1", {.name = "Ada"})
        .then("C-2", {.name = "Bob", .rides = "B-1", .since = noon + 3s})
        .then_no_row("B-1");
}

TEST_CASE("an event is recorded when the test says, and a second after the one before otherwise")
{
    given<card>(on<bike>("B-1", rented{"C-1"}))
        .then("C-1", {.rides = "B-1", .since = annals::eventstore::timestamp{1s}});
    given<card>(on<bike>("B-1", rented{"C-1"}).at(noon)).then("C-1", {.rides = "B-1", .since = noon});
    given<card>(on<bike>("B-1", rented{"C-1"}).at(noon), on<bike>("B-1", returned{"C-1"}),
                on<bike>("B-2", rented{"C-1"}))
        .then("C-1", {.rides = "B-2", .since = noon + 2s});
}

TEST_CASE("versions count in a stream, and positions in a category")
{
    const auto events =
        annals::testing::detail::history_of("bike", on<bike>("B-1", rented{"C"}, returned{"C"}).at(noon),
                                            on<customer>("C", joined{}), on<bike>("B-2", rented{"C"}), returned{"C"});
    REQUIRE(events.size() == 5);
    const auto numbers = [&](std::size_t i) {
        return to_string(events[i].stream) + " " + std::to_string(events[i].version.number) + " "
               + std::to_string(events[i].position.number);
    };
    CHECK(numbers(0) == "bike-B-1 1 1");
    CHECK(numbers(1) == "bike-B-1 2 2");
    CHECK(events[1].recorded_at == noon);
    CHECK(numbers(2) == "customer-C 1 1");
    CHECK(numbers(3) == "bike-B-2 1 3");
    CHECK(numbers(4) == "bike-S-1 1 4");
}

TEST_CASE("facts alone are of one stream of the view's first category")
{
    given<card>(joined{"Ada"}, rented{"S-1"})
        .then({.name = "Ada", .rides = "S-1", .since = annals::eventstore::timestamp{2s}});
}

TEST_CASE("events of other programs, also in other categories, are passed over or read as they are")
{
    given<card>(on({"bike", "B-1"}, new_event{.type = "bike.rented", .data = R"({"customer":"C-1"})"}).at(noon),
                on({"shop", "Berlin"}, new_event{.type = "shop.opened"}))
        .then("C-1", {.rides = "B-1", .since = noon});
}

TEST_CASE("an aggregate is tested by the same given")
{
    given<bike>().when(rent_bike{"C-1"}).then(rented{"C-1"});
    given<bike>(rented{"C-1"}).when(rent_bike{"C-2"}).then_refused("somebody rides this bike").then_refused_with("out");
}

TEST_CASE("a view that is not as expected is told with the line of the test")
{
    const auto cards = given<card>(joined{"Ada"});
    // clang-format off
    CHECK(told([&] { cards.then({.name = "Bob"}); }) == at_line(__LINE__) + R"(the row "S-1" is {"name":"Ada"}, not {"name":"Bob"})");
    CHECK(told([&] { cards.then("C-1", {}); }) == at_line(__LINE__) + R"(there is no row "C-1"; expected was {"name":""})");
    CHECK(told([&] { cards.then_no_row(); }) == at_line(__LINE__) + R"(there is a row "S-1": {"name":"Ada"})");
    CHECK(told([&] { cards.then({.name = "Ada"}).then_no_row("C-1"); }) == "nothing");
    // clang-format on
}

TEST_CASE("a command that comes to something else is told with the line of the test")
{
    const auto asked = given<bike>(rented{"C-1"}).when(rent_bike{"C-2"});
    const auto got = "\ngot:\n  refused: somebody rides this bike (code out)";
    // clang-format off
    CHECK(told([&] { asked.then(rented{"C-2"}); }) == at_line(__LINE__) + "expected:\n  bike.rented {\"customer\":\"C-2\"}" + got);
    CHECK(told([&] { asked.then_nothing(); }) == at_line(__LINE__) + "expected:\n  nothing" + got);
    CHECK(told([&] { asked.then_refused("no"); }) == at_line(__LINE__) + "expected:\n  refused: no" + got);
    CHECK(told([&] { asked.then_refused_with("gone"); }) == at_line(__LINE__) + "expected:\n  refused with the code gone" + got);
    CHECK(told([&] { asked.then_claims<customer>("C-2"); }) == at_line(__LINE__) + "expected:\n  a claim of customer-C-2" + got);
    CHECK(told([&] { asked.then_refused_with("out"); }) == "nothing");
    const unsigned line = __LINE__ + 4;
    const auto over_lines = told([&] {
        given<bike>()
            .when(rent_bike{"C-1"})
            .then(rented{"C-2"}, rented{"C-3"});
    });
    // clang-format on
    CHECK(over_lines.starts_with(at_line(line)));
}
