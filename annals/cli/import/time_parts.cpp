// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/time_parts.hpp>

#include <annals/eventstore/errors.hpp>

#include <array>

namespace annals::cli::imports {
namespace {

using namespace std::chrono;
using eventstore::invalid_request;
using eventstore::timestamp;

auto text_of(sys_days day) -> std::string
{
    return eventstore::to_string(timestamp{day}).substr(0, sizeof("2024-01-31") - 1);
}

auto two_digits(int number) -> std::string { return (number < 10 ? "0" : "") + std::to_string(number); }

/// Week 1 of a year is the one with 4 January (ISO 8601); weeks begin on Monday.
auto first_monday(int of) -> sys_days
{
    const sys_days fourth = year{of} / January / 4;
    return fourth - days{weekday{fourth}.iso_encoding() - 1};
}

auto day_of_week(const time_parts& parts) -> sys_days
{
    const auto day = first_monday(parts.year) + days{7 * (*parts.week - 1) + *parts.weekday - 1};
    if (*parts.weekday < 1 || *parts.weekday > 7)
        throw invalid_request("a week has the days 1 to 7, not " + std::to_string(*parts.weekday));
    if (*parts.week < 1 || day >= first_monday(parts.year + 1))
        throw invalid_request("the year " + std::to_string(parts.year) + " has no week " + std::to_string(*parts.week));
    return day;
}

auto day_of(const time_parts& parts) -> sys_days
{
    if (parts.week) return day_of_week(parts);
    if (parts.day_of_year) {
        const auto length = year{parts.year}.is_leap() ? 366 : 365;
        if (*parts.day_of_year < 1 || *parts.day_of_year > length)
            throw invalid_request("the year " + std::to_string(parts.year) + " has no day "
                                  + std::to_string(*parts.day_of_year));
        return sys_days{year{parts.year} / January / 1} + days{*parts.day_of_year - 1};
    }
    const year_month_day date{year{parts.year}, month{static_cast<unsigned>(parts.month)},
                              std::chrono::day{static_cast<unsigned>(parts.day)}};
    if (!date.ok())
        throw invalid_request("there is no day " + std::to_string(parts.year) + "-" + two_digits(parts.month) + "-"
                              + two_digits(parts.day));
    return date;
}

auto time_of_day(const time_parts& parts) -> microseconds
{
    auto hour = parts.hour;
    if (parts.is_afternoon) {
        if (hour < 1 || hour > 12) throw invalid_request("the hour " + std::to_string(hour) + " has no am or pm");
        hour = hour % 12 + (*parts.is_afternoon ? 12 : 0);
    }
    const auto time = hours{hour} + minutes{parts.minute} + seconds{parts.second} + parts.fraction;
    const bool midnight = hour == 24 && time == hours{24};
    if ((hour > 23 && !midnight) || parts.minute > 59 || parts.second > 60)
        throw invalid_request("no clock shows " + two_digits(hour) + ":" + two_digits(parts.minute) + ":"
                              + two_digits(parts.second));
    return time;
}

void check_weekday(const time_parts& parts, sys_days day)
{
    static constexpr std::array<const char*, 7> names{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                      "Friday", "Saturday", "Sunday"};
    const auto is = weekday{day}.iso_encoding() - 1;
    if (!parts.weekday || parts.week || is + 1 == static_cast<unsigned>(*parts.weekday)) return;
    throw invalid_request(text_of(day) + " was a " + names[is] + ", not a "
                          + names[static_cast<std::size_t>(*parts.weekday - 1) % names.size()]);
}

auto unchecked_moment_of(const time_parts& parts, const assumed_zone& zone) -> timestamp
{
    if (parts.since_1970) return timestamp{*parts.since_1970};
    const auto day = day_of(parts);
    check_weekday(parts, day);
    const auto shown = day + time_of_day(parts);
    if (parts.offset) {
        if (abs(*parts.offset) >= hours{24}) throw invalid_request("no zone is a day or more away from UTC");
        return shown - *parts.offset;
    }
    const assumed_zone::local_time local{shown.time_since_epoch()};
    return parts.place.empty() ? zone.to_utc(local, parts.abbreviation) : assumed_zone(parts.place).to_utc(local);
}

}  // namespace

auto moment_of(const time_parts& parts, const assumed_zone& zone) -> timestamp
{
    const auto at = unchecked_moment_of(parts, zone);
    if (at < sys_days{year{1} / 1 / 1}) throw invalid_request("it is before the year 1");
    if (at >= sys_days{year{10000} / 1 / 1}) throw invalid_request("it is after the year 9999");
    return at;
}

}  // namespace annals::cli::imports
