// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/limits.hpp>
#include <annals/facts/event_type.hpp>
#include <tests/support/property.hpp>

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

using namespace annals::eventstore;
using namespace annals::facts;

namespace {

enum class urgency : std::int8_t { low, high };
ANNALS_ENUM(urgency, low, high)

struct tube {
    std::string label = "unset";
    std::optional<double> volume_ml = 1;     // its default is a value: unset must be written as null
    std::optional<timestamp> until;
    auto operator==(const tube&) const -> bool = default;
};
ANNALS_FIELDS(tube, label, volume_ml, until)

struct shelf {
    std::array<std::int8_t, 2> at{};
    auto operator<=>(const shelf&) const = default;
};
ANNALS_FIELDS(shelf, at)

struct barcode {
    std::string digits;
    auto operator<=>(const barcode&) const = default;
};
ANNALS_TEXT(
    barcode, [](const barcode& one) { return "B" + one.digits; },
    [](const std::string& text) { return barcode{text.substr(1)}; })

/// Every type that can be stored, in each place where it can occur.
struct anything {
    std::string text;
    bool flag = false;
    std::int8_t tiny = 0;
    std::int64_t whole = 0;
    std::uint64_t count = 0;
    double real = 0;
    float rough = 0;
    urgency priority = urgency::low;
    timestamp at;
    std::chrono::seconds took{};
    std::chrono::duration<double> weight{};
    std::chrono::duration<std::uint16_t, std::ratio<60>> slot{};
    tube only{.label = "A", .volume_ml = 3, .until = timestamp{}};   // other defaults than a tube's
    std::optional<std::string> maybe = "set";
    std::optional<tube> first;
    std::optional<std::optional<int>> twice;
    std::optional<json> noted;
    std::vector<tube> tubes;
    std::vector<bool> flags;
    std::vector<std::optional<int>> gaps;
    std::vector<std::vector<float>> grid;
    std::map<std::string, timestamp> times;
    std::map<std::string, std::optional<urgency>> urgencies;
    std::map<std::string, std::map<std::string, std::vector<tube>>> shelves;
    barcode code;
    uuid id{};
    std::chrono::sys_days day;
    std::variant<tube, shelf> kept;
    std::set<shelf> shelves_used;
    std::array<std::optional<barcode>, 2> codes;
    std::map<barcode, std::set<int>> numbers;
    std::map<std::int8_t, std::variant<shelf, tube>> drawers;
    json more;
    auto operator==(const anything&) const -> bool = default;
};
ANNALS_EVENT(anything, "anything.happened", text, flag, tiny, whole, count, real, rough, priority, at, took, weight,
             slot, only, maybe, first, twice, noted, tubes, flags, gaps, grid, times, urgencies, shelves, code, id, day,
             kept, shelves_used, codes, numbers, drawers, more)

struct tube_measured {
    double ml = 0;
};
ANNALS_EVENT(tube_measured, "tube.measured", ml)

auto one_in(int chances) -> bool { return *rc::gen::inRange(0, chances) == 0; }

/// Mostly what people write; sometimes any bytes at all.
auto any_text() -> std::string
{
    if (one_in(40)) return *rc::gen::element<std::string>("\xff", std::string("a\0b", 3), "\xed\xa0\x80", "\xc3");
    return *rc::gen::element<std::string>("", "a", "é漢\n\t\"\\/", "\x7f", "\xf0\x9f\x98\x80", "null", "low", "\x01");
}

template <class Whole>
auto any_whole() -> Whole
{
    using limits = std::numeric_limits<Whole>;
    return one_in(2) ? *rc::gen::arbitrary<Whole>() : *rc::gen::element<Whole>(limits::min(), limits::max(), 0, 1);
}

template <class Real>
auto any_real() -> Real
{
    using limits = std::numeric_limits<Real>;
    if (one_in(40)) return *rc::gen::element(limits::quiet_NaN(), limits::infinity(), -limits::infinity());
    if (one_in(2)) return *rc::gen::element<Real>(limits::max(), limits::lowest(), limits::denorm_min(), Real(-0.0), 1);
    using bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
    const auto value = std::bit_cast<Real>(*rc::gen::arbitrary<bits>());
    return std::isfinite(value) ? value : Real(0.1);
}

auto any_time() -> timestamp
{
    const auto from = parse_timestamp("0000-01-01T00:00:00Z"), to = parse_timestamp("9999-12-31T23:59:59.999999Z");
    if (one_in(40)) return *rc::gen::element(timestamp::min(), timestamp::max(), from - std::chrono::microseconds{1});
    if (one_in(40)) return to + std::chrono::microseconds{1};
    return timestamp{std::chrono::microseconds{
        *rc::gen::inRange(from.time_since_epoch().count(), to.time_since_epoch().count() + 1)}};
}

auto any_urgency() -> urgency
{
    return one_in(60) ? static_cast<urgency>(7) : *rc::gen::element(urgency::low, urgency::high);
}

template <class Make>
auto any_optional(Make make) -> std::optional<decltype(make())>
{
    if (one_in(2)) return {};
    return make();
}

template <class Make>
auto any_list(Make make) -> std::vector<decltype(make())>
{
    std::vector<decltype(make())> all;
    for (int count = *rc::gen::inRange(0, 3); count > 0; --count) all.push_back(make());
    return all;
}

template <class Make>
auto any_map(Make make) -> std::map<std::string, decltype(make())>
{
    std::map<std::string, decltype(make())> all;
    for (int count = *rc::gen::inRange(0, 3); count > 0; --count) all.emplace(any_text(), make());
    return all;
}

auto any_tube() -> tube { return {any_text(), any_optional(any_real<double>), any_optional(any_time)}; }

auto any_barcode() -> barcode { return {any_text()}; }

auto any_shelf() -> shelf { return {{any_whole<std::int8_t>(), any_whole<std::int8_t>()}}; }

auto any_json(int depth = 3) -> json
{
    const auto kind = *rc::gen::inRange(0, depth > 0 ? 8 : 6);
    if (kind == 0) return nullptr;
    if (kind == 1) return any_text();
    if (kind == 2) return any_real<double>();
    if (kind == 3) return any_whole<std::int64_t>();
    if (kind == 4) return any_whole<std::uint64_t>();
    if (kind == 5) return one_in(40) ? json::binary({1, 2}) : json(true);
    auto inside = kind == 6 ? json::array() : json::object();
    for (int count = *rc::gen::inRange(0, 3); count > 0; --count)
        if (kind == 6) inside.push_back(any_json(depth - 1));
        else inside[any_text()] = any_json(depth - 1);
    return inside;
}

auto any_value() -> anything
{
    anything made;
    made.text = any_text();
    made.flag = one_in(2);
    made.tiny = any_whole<std::int8_t>();
    made.whole = any_whole<std::int64_t>();
    made.count = any_whole<std::uint64_t>();
    made.real = any_real<double>();
    made.rough = any_real<float>();
    made.priority = any_urgency();
    made.at = any_time();
    made.took = std::chrono::seconds{any_whole<std::int64_t>()};
    made.weight = std::chrono::duration<double>{any_real<double>()};
    made.slot = decltype(made.slot){any_whole<std::uint16_t>()};
    made.only = any_tube();
    made.maybe = any_optional(any_text);
    made.first = any_optional(any_tube);
    if (one_in(8)) made.twice = any_optional(any_whole<int>);
    if (one_in(4)) made.noted = any_json();
    made.tubes = any_list(any_tube);
    made.flags = any_list([] { return one_in(2); });
    made.gaps = any_list([] { return any_optional(any_whole<int>); });
    made.grid = any_list([] { return any_list(any_real<float>); });
    made.times = any_map(any_time);
    made.urgencies = any_map([] { return any_optional(any_urgency); });
    made.shelves = any_map([] { return any_map([] { return any_list(any_tube); }); });
    made.code = any_barcode();
    made.id = uuid_of_name(any_text());
    made.day = std::chrono::floor<std::chrono::days>(any_time());
    if (one_in(2)) made.kept = any_tube();
    else made.kept = any_shelf();
    for (const auto& one : any_list(any_shelf)) made.shelves_used.insert(one);
    made.codes = {any_optional(any_barcode), any_optional(any_barcode)};
    for (const auto& one : any_list(any_barcode)) made.numbers[one] = {any_whole<int>(), any_whole<int>()};
    for (const auto& one : any_list(any_shelf)) made.drawers[one.at[0]] = one;
    made.more = any_json();
    return made;
}

auto stored(const anything& value) -> std::optional<std::string>
{
    try {
        return to_text(encode(value), "it");
    } catch (const invalid_request&) {
        return {};
    }
}

/// For a struct of one field that does not have its default.
template <class Field>
auto with(Field anything::* field, Field value) -> anything
{
    anything made;
    made.*field = std::move(value);
    return made;
}

}  // namespace

TEST_CASE("a value of any storable type is read back equal")
{
    annals::tests::check_property("decode(encode(x)) == x, or encode refuses x", [] {
        for (int values = 0; values < 20; ++values) {
            const auto value = any_value();
            const auto text = stored(value);
            if (!text) continue;
            RC_ASSERT(decode<anything>(*text, "it") == value);
            RC_ASSERT(to_new_event(value).data == *text);
        }
    });
}

TEST_CASE("a value that could not be read back is refused when it is written")
{
    using std::numeric_limits;
    constexpr auto one = std::chrono::microseconds{1};
    const auto first = parse_timestamp("0000-01-01T00:00:00Z"), last = parse_timestamp("9999-12-31T23:59:59.999999Z");
    CHECK(stored(with(&anything::at, first)));
    CHECK(stored(with(&anything::at, last)));
    for (const auto at : {first - one, last + one, timestamp::min(), timestamp::max()}) {
        CHECK_FALSE(stored(with(&anything::at, at)));
        CHECK_FALSE(stored(with(&anything::times, {{"a", at}})));
        CHECK_FALSE(stored(with(&anything::tubes, {{.until = at}})));
        CHECK_FALSE(stored(with(&anything::first, std::optional(tube{.until = at}))));
    }
    const auto nan = numeric_limits<double>::quiet_NaN();
    CHECK_FALSE(stored(with(&anything::weight, std::chrono::duration<double>{nan})));
    CHECK_FALSE(stored(with(&anything::more, json{{"a", {1, nan}}})));
    CHECK_FALSE(stored(with(&anything::more, json::binary({1}))));
    CHECK_FALSE(stored(with(&anything::noted, std::optional(json(nullptr)))));
    CHECK_FALSE(stored(with(&anything::twice, std::optional<std::optional<int>>(std::in_place))));
    CHECK_FALSE(stored(with(&anything::times, {{"\xff", {}}})));
    CHECK_FALSE(stored(with(&anything::urgencies, {{"a", static_cast<urgency>(7)}})));
    CHECK_THROWS_WITH_AS(to_new_event(with(&anything::at, timestamp::max())),
                         "anything.happened cannot be stored: a time is outside the years 0000 to 9999: for \"never\" "
                         "use an optional",
                         invalid_request);
}

TEST_CASE("an optional that begins set and is unset comes back unset")
{
    const auto text = stored(with(&anything::maybe, std::optional<std::string>()));
    REQUIRE(text);
    CHECK(text->find(R"("maybe":null)") != std::string::npos);
    CHECK(text->find("\"first\"") == std::string::npos);
    CHECK_FALSE(decode<anything>(*text, "it").maybe);
}

TEST_CASE("a value that was read can be written again")
{
    CHECK_THROWS_AS(decode<anything>(R"({"at":"0000-01-01T00:00:00+00:01"})", "it"), undecodable);
    CHECK_THROWS_AS(decode<anything>(R"({"at":"9999-12-31T23:59:60Z"})", "it"), undecodable);
    CHECK_THROWS_WITH_AS(decode<anything>(R"({"rough":1e300})", "it"), "it.rough: 1e+300 is out of range", undecodable);
    CHECK_THROWS_AS(decode<anything>(R"({"priority":"low\u0000x"})", "it"), undecodable);
}

TEST_CASE("a stored form that would be read as another value is found before it is stored")
{
    CHECK_NOTHROW(detail::check_reads_back<tube_measured>(R"({"ml":1.5})"));
    CHECK_THROWS_WITH_AS(detail::check_reads_back<tube_measured>(R"({"ml":1.50})"),
                         R"(it would be read back as {"ml":1.5}, and is {"ml":1.50})", invalid_request);
    CHECK_THROWS_WITH_AS(detail::check_reads_back<tube_measured>(R"({"ml":"much"})"),
                         "it could not be read back: it.ml: a number was expected, not \"much\"", invalid_request);
}
