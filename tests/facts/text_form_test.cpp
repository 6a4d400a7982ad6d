// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/event_type.hpp>
#include <annals/facts/shape.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <compare>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace annals::eventstore;
using namespace annals::facts;
using namespace std::chrono_literals;
using std::chrono::sys_days, std::chrono::sys_seconds, std::chrono::system_clock;

namespace shop {

/// As a strong type is written: from and to a text.
struct customer_id {
    int number = 0;
    auto operator<=>(const customer_id&) const = default;
};
auto to_string(const customer_id& id) -> std::string { return "C-" + std::to_string(id.number); }
auto customer_from(const std::string& text) -> customer_id
{
    if (!text.starts_with("C-")) throw std::invalid_argument("it begins with C-");
    return {std::stoi(text.substr(2))};
}
ANNALS_TEXT(customer_id, to_string, customer_from)

/// Its function gives nothing instead of throwing; its words are an enum's.
enum class colour { red, blue };
auto colour_from(std::string_view text) -> std::optional<colour>
{
    if (text == "r") return colour::red;
    if (text == "b") return colour::blue;
    return {};
}
ANNALS_TEXT(colour, [](colour one) { return one == colour::red ? "r" : "b"; }, colour_from)

struct bike_rented {
    customer_id by;
    colour frame = colour::red;
    uuid id{};
    sys_days day;
    system_clock::time_point at;
    sys_seconds until;
    std::optional<customer_id> guest;
    std::vector<customer_id> seen_by;
    std::map<customer_id, int> rides;
    auto operator==(const bike_rented&) const -> bool = default;
};
ANNALS_EVENT(bike_rented, "bike.rented", by, frame, id, day, at, until, guest, seen_by, rides)

}  // namespace shop

namespace {

using namespace shop;

auto problem_of(const std::string& text) -> std::string
{
    try {
        (void)decode<bike_rented>(text, "bike.rented");
    } catch (const undecodable& problem) {
        return problem.what();
    }
    return "none";
}

const bike_rented rental{.by = {7},
                         .frame = colour::blue,
                         .id = parse_uuid("0193f0a0-0000-7000-8000-00000000002a"),
                         .day = sys_days{std::chrono::year{2026} / 11 / 27},
                         .at = sys_days{std::chrono::year{2026} / 11 / 27} + 8h + 15min + 1500us,
                         .until = sys_days{std::chrono::year{2026} / 11 / 28} + 9h,
                         .guest = customer_id{8},
                         .seen_by = {{9}, {10}},
                         .rides = {{{9}, 2}, {{10}, 1}}};

}  // namespace

TEST_CASE("types of one's own, UUIDs, dates and times are stored as texts")
{
    const auto text = to_text(encode(rental), "it");
    CHECK(text
          == R"({"by":"C-7","frame":"b","id":"0193f0a0-0000-7000-8000-00000000002a","day":"2026-11-27",)"
             R"("at":"2026-11-27T08:15:00.001500Z","until":"2026-11-28T09:00:00.000000Z","guest":"C-8",)"
             R"("seen_by":["C-9","C-10"],"rides":{"C-9":2,"C-10":1}})");
    CHECK(decode<bike_rented>(text, "it") == rental);
}

TEST_CASE("a text that one's own type does not take is refused with its place")
{
    CHECK(problem_of(R"({"by":"D-7"})") == "bike.rented.by: \"D-7\" is not a customer_id: it begins with C-");
    CHECK(problem_of(R"({"by":"C-x"})") == "bike.rented.by: \"C-x\" is not a customer_id: stoi");
    CHECK(problem_of(R"({"by":7})") == "bike.rented.by: a text was expected, not 7");
    CHECK(problem_of(R"({"frame":"green"})") == "bike.rented.frame: \"green\" is not a colour");
    CHECK(problem_of(R"({"seen_by":["C-1","?"]})")
          == "bike.rented.seen_by[]: \"?\" is not a customer_id: it begins with C-");
    CHECK(problem_of(R"({"rides":{"?":1}})") == "bike.rented.rides.?: \"?\" is not a customer_id: it begins with C-");
    CHECK(problem_of(R"({"rides":{"C-1":1,"C-01":2}})") == "bike.rented.rides.C-1: another member has the same key");
}

TEST_CASE("a text that is no UUID, date or time is refused with its place")
{
    CHECK(problem_of(R"({"id":"42"})") == "bike.rented.id: \"42\" is not a UUID");
    CHECK(problem_of(R"({"id":42})") == "bike.rented.id: a UUID was expected, not 42");
    for (const auto* const text : {"27.11.2026", "2026-11-31", "2026-11-27T00:00:00Z", "2026-11-2", ""})
        CHECK(problem_of(R"({"day":")" + std::string(text) + "\"}")
              == "bike.rented.day: \"" + std::string(text) + "\" is not a date: write 2026-11-27");
    CHECK(problem_of(R"({"day":20261127})") == "bike.rented.day: a date was expected, not 20261127");
    CHECK(problem_of(R"({"at":"yesterday"})").starts_with("bike.rented.at: \"yesterday\" is not a time"));
    CHECK(problem_of(R"({"until":"2026-11-27T08:15:00.5Z"})")
          == "bike.rented.until: \"2026-11-27T08:15:00.5Z\" has more digits than the field keeps");
}

TEST_CASE("what a clock measures beyond a microsecond is cut")
{
    bike_rented one;
    one.at = sys_days{std::chrono::year{2026} / 11 / 27} + 1234567ns;
    CHECK(decode<bike_rented>(to_text(encode(one), "it"), "it").at == one.at - 567ns);
}

TEST_CASE("a time or date that could not be read back is refused when it is written")
{
    const auto is_stored = [](auto bike_rented::* field, auto value) {
        bike_rented one;
        one.*field = value;
        try {
            return decode<bike_rented>(to_text(encode(one), "it"), "it").*field == value;
        } catch (const invalid_request&) {
            return false;
        }
    };
    using std::chrono::year;
    CHECK(is_stored(&bike_rented::day, sys_days{year{0} / 1 / 1}));
    CHECK(is_stored(&bike_rented::day, sys_days{year{9999} / 12 / 31}));
    CHECK_FALSE(is_stored(&bike_rented::day, sys_days{year{-1} / 12 / 31}));
    CHECK_FALSE(is_stored(&bike_rented::day, sys_days{year{10000} / 1 / 1}));
    CHECK_FALSE(is_stored(&bike_rented::day, sys_days::max()));
    CHECK_FALSE(is_stored(&bike_rented::until, sys_seconds::max()));
    CHECK_FALSE(is_stored(&bike_rented::until, sys_seconds::min()));
    CHECK(is_stored(&bike_rented::until, sys_seconds{sys_days{year{10000} / 1 / 1}} - 1s));
    CHECK_THROWS_AS(encode(system_clock::time_point::min()), invalid_request);
    CHECK_NOTHROW(decode<bike_rented>(to_text(encode(bike_rented{.at = system_clock::time_point::max()}), "it"), "it"));
    CHECK(problem_of(R"({"at":"2300-01-01T00:00:00Z"})") == "bike.rented.at: \"2300-01-01T00:00:00Z\" is out of range");
    CHECK(problem_of(R"({"at":"1600-01-01T00:00:00Z"})") == "bike.rented.at: \"1600-01-01T00:00:00Z\" is out of range");
}

TEST_CASE("the shape of a type that is stored as a text names it")
{
    CHECK(shape_of<bike_rented>()
          == "{by:text of customer_id,frame:text of colour,id:uuid,day:date,at:time,until:time to 1/1 s,"
             "guest:text of customer_id?,seen_by:[text of customer_id],rides:{text of customer_id:int32}}");
}
