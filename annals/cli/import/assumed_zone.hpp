// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/timestamp.hpp>

namespace date {
class time_zone;
}  // namespace date

namespace annals::cli::imports {

/// The zone of times that do not name one: a fixed offset, or a place's clocks with their summer times.
/// (The `date` library reads the system's time zone files; the standard's `std::chrono::tzdb` comes with g++ 14.)
class assumed_zone {
public:
    using local_time = std::chrono::local_time<std::chrono::microseconds>;

    /// UTC.
    assumed_zone() = default;

    /// `UTC`, an offset such as `+02:00`, or a name such as `Europe/Amsterdam`. Throws `invalid_request` for anything
    /// else.
    explicit assumed_zone(const std::string& name);

    /// A time that the clocks showed twice is the first of the two, unless the abbreviation says that it is the
    /// second (`CET`, `CEST`; empty: unknown). Throws `invalid_request` for a time that the clocks skipped, and for
    /// an abbreviation that they did not use at that time.
    auto to_utc(local_time, const std::string& abbreviation = {}) const -> eventstore::timestamp;

private:
    const date::time_zone* place_ = nullptr;
    std::chrono::minutes offset_{0};
};

}  // namespace annals::cli::imports
