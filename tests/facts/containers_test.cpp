// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/limits.hpp>
#include <annals/facts/event_type.hpp>
#include <annals/facts/facts.hpp>
#include <annals/facts/own_text.hpp>
#include <annals/facts/shape.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <variant>

using namespace annals::eventstore;
using namespace annals::facts;

namespace {

enum class size { small, large };
ANNALS_ENUM(size, small, large)

struct card {
    std::string number;
    std::optional<int> month = 12;           // its default is a value: unset is stored as null
    auto operator<=>(const card&) const = default;
};
struct invoice {
    int days = 30;
    auto operator<=>(const invoice&) const = default;
};
struct cash {
    auto operator<=>(const cash&) const = default;
};
ANNALS_FIELDS(card, number, month)
ANNALS_FIELDS(invoice, days)
ANNALS_FIELDS(cash)

struct order {
    std::variant<card, invoice, cash> paid_by;
    std::set<std::string> tags;
    std::set<card> cards;
    std::array<double, 2> place{};
    std::array<std::variant<invoice, cash>, 1> again;
    std::map<int, std::string> rooms;
    std::map<std::uint8_t, bool, std::greater<>> floors;
    std::map<size, int> sizes;
    auto operator==(const order&) const -> bool = default;
};
ANNALS_EVENT(order, "order.placed", paid_by, tags, cards, place, again, rooms, floors, sizes)

struct drink {
    std::string name;
    auto operator<=>(const drink&) const = default;
};
auto in_small_letters(const drink& one) -> std::string
{
    auto text = one.name;
    for (auto& c : text) c = static_cast<char>(c | 0x20);
    return text;
}
auto drink_from(const std::string& text) -> drink { return {text}; }
ANNALS_TEXT(drink, in_small_letters, drink_from)

struct drinks_sold {
    std::map<drink, int> by_name;
};
ANNALS_EVENT(drinks_sold, "drinks.sold", by_name)

auto problem_of(const std::string& text, strictness how = strictness::lenient) -> std::string
{
    try {
        (void)decode<order>(text, "order", how);
    } catch (const undecodable& problem) {
        return problem.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("a variant is an object with one member, named as the struct that it holds")
{
    const order value{.paid_by = invoice{14},
                      .tags = {"b", "a"},
                      .cards = {{"2"}, {"1", {}}},
                      .place = {1.5, -2},
                      .again = {cash{}},
                      .rooms = {{10, "x"}, {-9, "y"}},
                      .floors = {{1, true}, {255, false}},
                      .sizes = {{size::large, 3}}};
    const auto text = to_text(encode(value), "it");
    CHECK(text
          == R"({"paid_by":{"invoice":{"days":14}},"tags":["a","b"],)"
             R"("cards":[{"number":"1","month":null},{"number":"2","month":12}],"place":[1.5,-2.0],)"
             R"("again":[{"cash":{}}],"rooms":{"-9":"y","10":"x"},"floors":{"255":false,"1":true},)"
             R"("sizes":{"large":3}})");
    CHECK(decode<order>(text, "it") == value);
    CHECK(to_new_event(value).data == text);
}

TEST_CASE("an alternative that is not known is refused, and the known ones are named")
{
    CHECK(problem_of(R"({"paid_by":{"coins":{}}})") == "order.paid_by: \"coins\" is not one of card, invoice, cash");
    for (const auto* const text : {"{}", "7", "null", R"({"card":{},"cash":{}})", R"([{"cash":{}}])"})
        CHECK(problem_of(R"({"paid_by":)" + std::string(text) + "}")
                  .starts_with("order.paid_by: an object with one member of card, invoice, cash was expected, not "));
    CHECK(problem_of(R"({"paid_by":{"invoice":{"days":"many"}}})")
          == "order.paid_by.invoice.days: a whole number was expected, not \"many\"");
    CHECK(problem_of(R"({"paid_by":{"invoice":{"weeks":2}}})", strictness::strict)
          == "order.paid_by.invoice: there is no field \"weeks\"");
    CHECK(decode<order>(R"({"paid_by":{"card":{}}})", "it").paid_by == decltype(order::paid_by)(card{}));
}

TEST_CASE("a list of another length than the array is refused")
{
    CHECK(problem_of(R"({"place":[1]})") == "order.place: a list of 2 values was expected, not [1]");
    CHECK(problem_of(R"({"place":[1,2,3]})") == "order.place: a list of 2 values was expected, not [1,2,3]");
    CHECK(problem_of(R"({"place":[1,"2"]})") == "order.place[]: a number was expected, not \"2\"");
    CHECK(problem_of(R"({"place":{}})") == "order.place: a list was expected, not {}");
    CHECK(decode<order>(R"({"place":[3,4]})", "it").place == std::array<double, 2>{3, 4});
}

TEST_CASE("a set takes an element once, and a map's keys are what their type writes")
{
    CHECK(decode<order>(R"({"tags":["a","b","a"]})", "it").tags == std::set<std::string>{"a", "b"});
    for (const auto* const key : {"01", "+1", "1.0", "", " 1", "2147483648", "x"})
        CHECK(problem_of(R"({"rooms":{")" + std::string(key) + "\":\"\"}}")
              == "order.rooms." + std::string(key) + ": \"" + key
                     + "\" is not a whole number in the range of the keys");
    CHECK(problem_of(R"({"floors":{"256":true}})").starts_with("order.floors.256: \"256\" is not a whole number"));
    CHECK(problem_of(R"({"sizes":{"huge":1}})") == "order.sizes.huge: \"huge\" is not one of small, large");
    CHECK(problem_of(R"({"sizes":{"small":"1"}})") == "order.sizes.small: a whole number was expected, not \"1\"");
}

TEST_CASE("a large map is encoded in one pass, not with a search for each member")
{
    std::map<int, int> large;
    for (int n = 0; n < 300'000; ++n) large[n] = n;
    const auto began = std::chrono::steady_clock::now();
    const auto encoded = encode(large);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{20});   // searches would take minutes
    REQUIRE(encoded.size() == large.size());
    CHECK(encoded.begin().key() == "0");
    CHECK(std::prev(encoded.end()).value() == 299'999);
}

TEST_CASE("two keys that a user's own type writes alike are refused at the append, and neither is lost")
{
    const drinks_sold sold{.by_name = {{{"Tea"}, 1}, {{"tea"}, 2}}};
    const new_event event{.type = "drinks.sold", .data = to_text(encode(sold), "it"), .occurred_at = {}};
    CHECK_THROWS_WITH_AS(check_event(event, {"bar", "1"}),
                         "drinks.sold for bar-1: the payload holds the member \"tea\" twice in one object",
                         invalid_request);
}

TEST_CASE("the shapes of containers differ where their JSON does")
{
    CHECK(shape_of<order>()
          == "{paid_by:<card{number:text,month:int32?}|invoice{days:int32}|cash{}>,tags:set of text,"
             "cards:set of {number:text,month:int32?},place:2 of number,again:1 of <invoice{days:int32}|cash{}>,"
             "rooms:{int32:text},floors:{unsigned8:bool},sizes:{(small, large):int32}}");
}
