// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/time_reading.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <utility>

using namespace annals::cli::imports;
using annals::eventstore::invalid_request;
using annals::eventstore::parse_timestamp;
using annals::eventstore::timestamp;

namespace {

auto without_empty_fraction(timestamp at) -> std::string
{
    auto text = annals::eventstore::to_string(at);
    text.erase(text.find_last_not_of("0Z") + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

auto utc_of(std::string_view text, const assumed_zone& zone = {}) -> std::string
{
    return without_empty_fraction(time_reader(zone).read(text));
}

auto read_as(const std::vector<std::string>& formats, std::string_view text, const assumed_zone& zone = {})
    -> std::string
{
    std::vector<time_format> told(formats.begin(), formats.end());
    return without_empty_fraction(time_reader(zone, std::move(told)).read(text));
}

/// The message and the hint of a refusal, as one text.
auto refusal_of(std::string_view text, const std::vector<std::string>& formats = {}) -> std::string
{
    try {
        std::vector<time_format> told(formats.begin(), formats.end());
        return "read as " + annals::eventstore::to_string(time_reader({}, std::move(told)).read(text));
    } catch (const unreadable_value& refused) {
        return std::string(refused.what()) + " | " + refused.hint();
    }
}

}  // namespace

TEST_CASE("times are read in the common forms")
{
    const std::vector<std::pair<const char*, const char*>> forms{
        {"2024-12-30T11:02:00Z", "2024-12-30T11:02:00"},
        {"2024-12-30t11:02:00z", "2024-12-30T11:02:00"},
        {"2024-12-30 11:02:00", "2024-12-30T11:02:00"},
        {"2024-12-30 11:02", "2024-12-30T11:02:00"},
        {"2024-12-30  11:02", "2024-12-30T11:02:00"},
        {"2024-12-30, 11:02", "2024-12-30T11:02:00"},
        {"2024-12-30", "2024-12-30T00:00:00"},
        {"2024-12-30Z", "2024-12-30T00:00:00"},
        {"2024-12-30+01:00", "2024-12-29T23:00:00"},
        {" 2024-12-30 11:02:00\t", "2024-12-30T11:02:00"},
        {"2024-12-30\xC2\xA0"
         "11:02",
         "2024-12-30T11:02:00"},
        {"2024-12-30 11:02:00,123", "2024-12-30T11:02:00.123"},
        {"2024-12-30 11:02:00.123456789", "2024-12-30T11:02:00.123456"},
        {"2024-12-30 11:02:00.999999999999999999999999", "2024-12-30T11:02:00.999999"},
        {"2024-12-30 9:02:00", "2024-12-30T09:02:00"},
        {"2024-1-5 9:02", "2024-01-05T09:02:00"},
        {"2024/12/30 11:02:00", "2024-12-30T11:02:00"},
        {"2024.12.30 11:02:00", "2024-12-30T11:02:00"},
        {"20241230T110200Z", "2024-12-30T11:02:00"},
        {"20241230T1102+0100", "2024-12-30T10:02:00"},
        {"20241230110200", "2024-12-30T11:02:00"},
        {"20241230", "2024-12-30T00:00:00"},
        {"2024-12-30T24:00:00", "2024-12-31T00:00:00"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00"},
        {"2024-365", "2024-12-30T00:00:00"},
        {"2024-W52-1", "2024-12-23T00:00:00"},
        {"2024W521T0800", "2024-12-23T08:00:00"},
        {"2026-W53-7", "2027-01-03T00:00:00"},
        {"2020-W01-1 08:00", "2019-12-30T08:00:00"},
        {"2024-12-30 11:02:00 +01:00", "2024-12-30T10:02:00"},
        {"2024-12-30 11:02:00+01", "2024-12-30T10:02:00"},
        {"2024-12-30T11:02:00.546+0200", "2024-12-30T09:02:00.546"},
        {"2024-12-30 11:02:00 UTC", "2024-12-30T11:02:00"},
        {"2024-12-30 11:02:00 gmt", "2024-12-30T11:02:00"},
        {"2024-12-30 11:02:00 UTC+01:00", "2024-12-30T10:02:00"},
        {"2024-12-30 11:02:00 \xE2\x88\x92"
         "05:00",
         "2024-12-30T16:02:00"},
        {"2024-12-30T11:02+01:00[Europe/Amsterdam]", "2024-12-30T10:02:00"},
        {"2024-12-30T11:02Z[UTC]", "2024-12-30T11:02:00"},
        {"2024-07-30T11:02[Europe/Amsterdam]", "2024-07-30T09:02:00"},
        {"2024-07-30 11:02 America/New_York", "2024-07-30T15:02:00"},
        {"2024-12-30 11:02:00 PM", "2024-12-30T23:02:00"},
        {"2024-12-30 12:02 am", "2024-12-30T00:02:00"},
        {"2024-12-30 12:02 p.m.", "2024-12-30T12:02:00"},
        {"2024-12-30 1:02PM", "2024-12-30T13:02:00"},
        {"30 Dec 2024 11:02", "2024-12-30T11:02:00"},
        {"30-DEC-2024 11:02:00", "2024-12-30T11:02:00"},
        {"Dec 30, 2024 11:02:00 PM", "2024-12-30T23:02:00"},
        {"Monday, December 30, 2024", "2024-12-30T00:00:00"},
        {"Mon, 30 Dec 2024 11:02:00 +0100", "2024-12-30T10:02:00"},
        {"Mon Dec 30 2024 11:02:00 GMT+0100 (Central European Standard Time)", "2024-12-30T10:02:00"},
    };
    for (const auto& [text, moment] : forms) {
        CAPTURE(text);
        CHECK(utc_of(text) == moment);
    }
}

TEST_CASE("an ambiguous day, or no time at all, is refused, and the hint can read it")
{
    const std::vector<std::pair<const char*, const char*>> told{
        {"01/02/2024", "say how it is written: --time-format '%d/%m/%Y', or '%m/%d/%Y'"},
        {"30.12.2024 11:02", "'%d.%m.%Y %H:%M'"},
        {"12/30/2024 11:02:00 AM", "'%m/%d/%Y %I:%M:%S %p'"},
        {"30.12.24, 11:02", "'%d.%m.%y, %H:%M'"},
        {"30.12.2024 11.02", "'%d.%m.%Y %H.%M'"},
        {"30/Dec/2024:11:02:00 +0100", "'%d/%b/%Y:%H:%M:%S %z'"},
        {"Mon Dec 30 11:02:00 2024", "'%a %b %d %H:%M:%S %Y'"},
        {"2024-12-30 11", "'%Y-%m-%d %H'"},
        {"2024-12-30 11:02:00 CET", "'%Y-%m-%d %H:%M:%S %Z', and --zone with the place"},
        {"202412301102", "'%Y%m%d%H%M'"},
        {"2024-12-30-11.02.00.123456", "'%Y-%m-%d-%H.%M.%S.%f'"},
        {"11:02 30.12.2024", "'%H:%M %d.%m.%Y'"},
        {"12/30/2024, 11:02:00 PM", "'%m/%d/%Y, %I:%M:%S %p'"},
        {"1735556520", "'epoch'"},
        {"1735556520,25", "'epoch'"},
        {"1735556520123", "'epoch-ms'"},
        {"1735556520123456", "'epoch-us'"},
        {"1735556520123456789", "'epoch-ns'"},
    };
    for (const auto& [text, hint] : told) {
        CAPTURE(text);
        const auto refusal = refusal_of(text);
        CHECK_MESSAGE(refusal.starts_with("\"" + std::string(text) + "\" is not a time"), refusal);
        CHECK_MESSAGE(refusal.contains(hint), refusal);
        for (const auto& format : formats_that_read(text)) CHECK(time_format(format).read(text).has_value());
    }
    CHECK(formats_that_read("01/02/2024").size() == 2);
    for (const auto* text : {"", "yesterday", "11:02", "2024", "2024-12", "2024-W52", "2024-12-30T", "2024-12-30 11:2",
                             "-2024-12-30", "2024-12/30", "2024-12-30 11:02:00 +", "NaN"})
        CHECK_MESSAGE(refusal_of(text).contains("is not a time as ISO 8601 has it"), text);
}

TEST_CASE("a day, hour or week that does not exist is refused, naming it")
{
    CHECK(refusal_of("2024-02-30").contains("there is no day 2024-02-30"));
    CHECK(refusal_of("2023-366").contains("the year 2023 has no day 366"));
    CHECK(refusal_of("2024-W53-1").contains("the year 2024 has no week 53"));
    CHECK(refusal_of("2024-12-30 25:00").contains("no clock shows 25:00:00"));
    CHECK(refusal_of("2024-12-30 24:00:01").contains("no clock shows 24:00:01"));
    CHECK(refusal_of("2024-12-30 13:00 PM").contains("the hour 13 has no am or pm"));
    CHECK(refusal_of("Tue, 30 Dec 2024").contains("2024-12-30 was a Monday, not a Tuesday"));
    CHECK(refusal_of("0000-01-01").contains("before the year 1"));
    CHECK(refusal_of("9999-12-31T24:00:00").contains("after the year 9999"));
    CHECK(refusal_of("2024-12-30 11:02[Mars/Olympus]").contains("not a time zone"));
    CHECK(refusal_of(std::string(5'000, '1')).size() < 400);
}

TEST_CASE("a time names its zone, or the assumed zone is used")
{
    CHECK(utc_of("2014-10-22T11:15:41+02:00", assumed_zone("-05:00")) == "2014-10-22T09:15:41");
    CHECK(utc_of("2014-10-22 11:15:41.5", assumed_zone("+02:00")) == "2014-10-22T09:15:41.5");
    CHECK(utc_of("2014-10-22 11:15:41", assumed_zone("-0530")) == "2014-10-22T16:45:41");
    CHECK(utc_of("2014-10-22", assumed_zone("+02:00")) == "2014-10-21T22:00:00");
}

TEST_CASE("a place has its summer time")
{
    const assumed_zone amsterdam("Europe/Amsterdam");
    CHECK(utc_of("2014-07-01 12:00:00", amsterdam) == "2014-07-01T10:00:00");
    CHECK(utc_of("2014-12-01 12:00:00", amsterdam) == "2014-12-01T11:00:00");
    CHECK(utc_of("2014-12-01 12:00:00Z", amsterdam) == "2014-12-01T12:00:00");
}

TEST_CASE("a time that the clocks showed twice is the first one, and one that they skipped is refused")
{
    const assumed_zone amsterdam("Europe/Amsterdam");
    CHECK(utc_of("2014-10-26 02:30:00", amsterdam) == "2014-10-26T00:30:00");
    CHECK_THROWS_WITH_AS(utc_of("2014-03-30 02:30:00", amsterdam), doctest::Contains("skipped"), invalid_request);
}

TEST_CASE("a zone's abbreviation must be one of the place's, and tells the two hours apart")
{
    const assumed_zone amsterdam("Europe/Amsterdam");
    const std::string form = "%d.%m.%Y %H:%M %Z";
    CHECK(read_as({form}, "26.10.2014 02:30 CEST", amsterdam) == "2014-10-26T00:30:00");
    CHECK(read_as({form}, "26.10.2014 02:30 CET", amsterdam) == "2014-10-26T01:30:00");
    CHECK(read_as({form}, "26.10.2014 02:30 UTC", amsterdam) == "2014-10-26T02:30:00");
    CHECK_THROWS_WITH_AS(read_as({form}, "01.07.2014 02:30 EST", amsterdam), doctest::Contains("were at CEST then"),
                         unreadable_value);
    CHECK_THROWS_WITH_AS(read_as({form}, "01.07.2014 02:30 EST"), doctest::Contains("needs a place"), unreadable_value);
}

TEST_CASE("a format says which number is the day")
{
    CHECK(read_as({"%d/%m/%Y"}, "01/02/2024") == "2024-02-01T00:00:00");
    CHECK(read_as({"%m/%d/%Y"}, "01/02/2024") == "2024-01-02T00:00:00");
    CHECK(read_as({"%m/%d/%Y"}, " 1/2/2024 ") == "2024-01-02T00:00:00");
    CHECK(read_as({"%d.%m.%y %H:%M:%S,%f"}, "30.12.68 11:02:03,5") == "2068-12-30T11:02:03.5");
    CHECK(read_as({"%D %R"}, "12/30/69 11:02") == "1969-12-30T11:02:00");
    CHECK(read_as({"%F %T %z"}, "2024-12-30 11:02:00 -0500") == "2024-12-30T16:02:00");
    CHECK(read_as({"%I:%M %p, %e %B %Y"}, "3:07 pm,  5 march 2024") == "2024-03-05T15:07:00");
    CHECK(read_as({"week %V of %G, day %u"}, "week 52 of 2024, day 1") == "2024-12-23T00:00:00");
    CHECK(read_as({"%Y %j 100%%"}, "2024 060 100%") == "2024-02-29T00:00:00");
    CHECK(refusal_of("30.12.24", {"%d.%m.%Y"})
          == "\"30.12.24\" is not a time as --time-format says | say how it is written: --time-format '%d.%m.%y'");
    CHECK(refusal_of("31.02.2024", {"%d.%m.%Y"}).contains("there is no day 2024-02-31"));
}

TEST_CASE("seconds since 1970 are read, also in fractions of a second")
{
    CHECK(read_as({"epoch"}, "1735556520") == "2024-12-30T11:02:00");
    CHECK(read_as({"epoch"}, "1735556520.25") == "2024-12-30T11:02:00.25");
    CHECK(read_as({"epoch"}, "1735556520,1234567") == "2024-12-30T11:02:00.123456");
    CHECK(read_as({"epoch"}, "-1") == "1969-12-31T23:59:59");
    CHECK(read_as({"epoch"}, "0") == "1970-01-01T00:00:00");
    CHECK(read_as({"epoch-ms"}, "1735556520123") == "2024-12-30T11:02:00.123");
    CHECK(read_as({"epoch-ms"}, "7") == "1970-01-01T00:00:00.007");
    CHECK(read_as({"epoch-us"}, "1735556520123456.9") == "2024-12-30T11:02:00.123456");
    CHECK(read_as({"epoch-ns"}, "1735556520123456789") == "2024-12-30T11:02:00.123456");
    CHECK(read_as({"%s"}, "1735556520") == "2024-12-30T11:02:00");
    CHECK(refusal_of("1735556520123", {"epoch"}).contains("'epoch-ms'"));
    CHECK(refusal_of("999999999999", {"epoch"}).contains("after the year 9999"));
    CHECK(refusal_of("1.7e9", {"epoch"}).contains("is not a time as --time-format says"));
}

TEST_CASE("values of a column may have several formats, unless a value is two times")
{
    const std::vector<std::string> mixed{"iso", "epoch", "%d/%m/%Y"};
    CHECK(read_as(mixed, "2024-12-30 11:02") == "2024-12-30T11:02:00");
    CHECK(read_as(mixed, "1735556520") == "2024-12-30T11:02:00");
    CHECK(read_as(mixed, "01/02/2024") == "2024-02-01T00:00:00");
    CHECK(refusal_of("01/02/2024", {"%d/%m/%Y", "%m/%d/%Y"}).contains("is one time as %d/%m/%Y and another as"));
    CHECK(read_as({"%d/%m/%Y", "%m/%d/%Y"}, "12/30/2024") == "2024-12-30T00:00:00");
}

TEST_CASE("a format that gives no certain time is refused before anything is read")
{
    const std::vector<std::pair<const char*, const char*>> wrong{
        {"", "write it with %"},
        {"dd.MM.yyyy", "write it with %"},
        {"%d.%m", "no whole day"},
        {"%H:%M", "no whole day"},
        {"%Y-%m-%d %I:%M", "belong together"},
        {"%Y-%m-%d %H:%M %p", "belong together"},
        {"%Y-%m-%d %M", "but no hour"},
        {"%Y-%m-%d %Q", "there is no %Q"},
        {"%Y-%m-%d %", "there is no %;"},
        {"%Y-%m-%d %Y", "%Y occurs in it"},
        {"%F %f", "fraction of %S"},
        {"EPOCH", "epoch-ms"},
    };
    for (const auto& [format, why] : wrong)
        CHECK_THROWS_WITH_AS(time_format{format}, doctest::Contains(why), invalid_request);
}

TEST_CASE("every moment that is written is read back, in every form")
{
    const bool holds = rc::check([] {
        const auto first = parse_timestamp("0001-01-01T00:00:00Z").time_since_epoch().count();
        const auto last = parse_timestamp("9999-12-31T23:59:59.999999Z").time_since_epoch().count();
        const timestamp at{std::chrono::microseconds{*rc::gen::inRange(first, last)}};
        const auto iso = annals::eventstore::to_string(at);          // 2024-01-31T08:15:00.000000Z
        const auto y = iso.substr(0, 4), mo = iso.substr(5, 2), d = iso.substr(8, 2), time = iso.substr(11, 15);
        const auto hour = std::stoi(time.substr(0, 2));
        RC_ASSERT(time_reader().read(iso) == at);
        RC_ASSERT(time_reader().read(y + "/" + mo + "/" + d + "  " + time + " GMT") == at);
        RC_ASSERT(time_reader().read(y + mo + d + "T" + time) == at);
        const auto half = std::to_string(hour % 12 == 0 ? 12 : hour % 12) + time.substr(2) + (hour < 12 ? "AM" : " pm");
        RC_ASSERT(time_reader().read(y + "-" + mo + "-" + d + " " + half) == at);
        RC_ASSERT(time_reader({}, {time_format("%H:%M:%S.%f on %d.%m.%Y")}).read(time + " on " + d + "." + mo + "." + y)
                  == at);
        const auto offset = *rc::gen::inRange(-18 * 60, 18 * 60);
        const auto shown = annals::eventstore::to_string(at + std::chrono::minutes{offset});
        if (shown.size() != iso.size() || shown.starts_with('-')) return;
        const auto size = std::abs(offset);
        const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
        RC_ASSERT(time_reader().read(shown.substr(0, 26) + (offset < 0 ? "-" : "+") + two(size / 60) + two(size % 60))
                  == at);
    });
    CHECK(holds);
}

TEST_CASE("no text breaks the reader, and no format does")
{
    const auto near_times = rc::gen::container<std::string>(
        rc::gen::element('0', '1', '2', '9', '-', '/', '.', ',', ':', ' ', 'T', 'Z', 'W', '+', '[', ']', 'D', 'e', 'c',
                         'p', 'm', '\0', '\xC2', '\xFF'));
    const auto beginnings = rc::gen::element<std::string>("", "2024-12-30", "2024-12-30 11:02", "20241230", "17355565",
                                                          "30 Dec 2024 ", "Mon, ", "2024-W5");
    const bool holds = rc::check([&] {
        const auto text = *beginnings + *rc::gen::oneOf(near_times, rc::gen::arbitrary<std::string>());
        try {
            const time_reader usual;
            const auto at = usual.read(text);
            RC_ASSERT(usual.read(annals::eventstore::to_string(at)) == at);
        } catch (const unreadable_value&) {}
        const auto pattern = *rc::gen::container<std::string>(
            rc::gen::element('%', '%', 'Y', 'm', 'd', 'H', 'M', 'S', 'f', 'z', 'Z', 's', 'e', 'p', ' ', '\0'));
        try {
            time_reader({}, {time_format(pattern)}).read(text);
        } catch (const invalid_request&) {}
    });
    CHECK(holds);
}

TEST_CASE("an invalid zone is refused")
{
    for (const auto* name : {"", "Mars/Olympus", "+2", "+25:00", "CET+1 or so"})
        CHECK_THROWS_WITH_AS(assumed_zone{name}, doctest::Contains("not a time zone"), invalid_request);
}
