// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/assumed_zone.hpp>

#include <optional>
#include <string>

namespace annals::cli::imports {

/// The parts of a time as they were read; there may be no such moment.
struct time_parts {
    int year = 0;
    int month = 0;
    int day = 0;
    std::optional<int> day_of_year;          ///< instead of month and day
    std::optional<int> week;                 ///< the same, with `weekday`: `year` is then ISO 8601's
    std::optional<int> weekday;              ///< 1 is Monday, 7 Sunday

    int hour = 0;
    int minute = 0;
    int second = 0;
    std::chrono::microseconds fraction{0};
    std::optional<bool> is_afternoon;        ///< am or pm was given; the hour is then 1 to 12

    std::optional<std::chrono::minutes> offset;      ///< east of UTC
    std::string place;                       ///< Europe/Amsterdam; used if there is no offset
    std::string abbreviation;                ///< CET, of the assumed zone

    std::optional<std::chrono::microseconds> since_1970;     ///< instead of everything else
};

/// The moment. Throws `invalid_request`, naming what does not exist: the day, the hour, the week, the year.
auto moment_of(const time_parts&, const assumed_zone&) -> eventstore::timestamp;

}  // namespace annals::cli::imports
