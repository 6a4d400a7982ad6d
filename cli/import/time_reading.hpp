// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/timestamp.hpp>

namespace date {
class time_zone;
}  // namespace date

namespace annals::cli::imports {

/// What a time means that does not say its zone: a fixed offset, or a place's clocks with their summer times.
/// (The `date` library reads the system's time zone files; the standard's `std::chrono::tzdb` comes with g++ 14.)
class assumed_zone {
public:
    /// UTC.
    assumed_zone() = default;

    /// `UTC`, an offset as `+02:00`, or a name as `Europe/Amsterdam`. Throws `invalid_request` when it is none of
    /// these.
    explicit assumed_zone(const std::string& name);

    /// A time that the clocks showed twice is the first of the two; throws `invalid_request` for one that they skipped.
    auto to_utc(std::chrono::local_time<std::chrono::microseconds>) const -> eventstore::timestamp;

private:
    const date::time_zone* place_ = nullptr;
    std::chrono::minutes offset_{0};
};

/// Reads a time as RFC 3339 has it, also with a blank for the `T`, without seconds, without a time of day (then
/// midnight), and without a zone (then the assumed one). Throws `invalid_request`.
auto read_time(std::string_view text, const assumed_zone&) -> eventstore::timestamp;

}  // namespace annals::cli::imports
