// SPDX-License-Identifier: Apache-2.0
#include <cli/import/time_reading.hpp>

#include <eventstore/errors.hpp>

#include <date/tz.h>

namespace annals::cli::imports {
namespace {

using eventstore::invalid_request;
using eventstore::parse_timestamp;
using eventstore::timestamp;

constexpr std::size_t date_size = sizeof("2024-01-31") - 1;
constexpr std::size_t minute_size = sizeof("2024-01-31T08:15") - 1;
constexpr std::size_t second_size = sizeof("2024-01-31T08:15:00") - 1;
constexpr std::size_t size_max = 64;         // a longer text is no time, and would make a long message

/// The time's text, with midnight or full minutes where it leaves them out.
auto completed(std::string_view text) -> std::string
{
    if (text.size() == date_size) return std::string(text) + "T00:00:00";
    std::string full{text};
    const bool without_seconds = text.size() >= minute_size && text[minute_size - 3] == ':'
                                 && (text.size() == minute_size || text[minute_size] != ':');
    if (without_seconds) full.insert(minute_size, ":00");
    return full;
}

auto says_its_zone(std::string_view text) -> bool
{
    return text.size() > date_size && text.find_first_of("Zz+-", date_size) != std::string_view::npos;
}

/// The time as if it were shown by clocks in UTC, when it does not say its zone.
auto parsed(std::string_view text) -> timestamp
{
    try {
        const auto full = completed(text.substr(0, size_max));
        return parse_timestamp(says_its_zone(full) ? full : full + "Z");
    } catch (const invalid_request&) {
        throw invalid_request("\"" + std::string(text.substr(0, size_max))
                              + "\" is not a time: write RFC 3339, for example 2024-01-31T08:15:00Z");
    }
}

}  // namespace

assumed_zone::assumed_zone(const std::string& name)
{
    if (name == "UTC" || name == "Z") return;
    try {
        if (name.starts_with('+') || name.starts_with('-'))
            offset_ = std::chrono::duration_cast<std::chrono::minutes>(parse_timestamp("2000-01-01T00:00:00Z")
                                                                       - parse_timestamp("2000-01-01T00:00:00" + name));
        else place_ = date::locate_zone(name);
    } catch (const std::runtime_error&) {
        throw invalid_request("\"" + name
                              + "\" is not a time zone: write an offset as +02:00 or a name as Europe/Amsterdam");
    }
}

auto assumed_zone::to_utc(std::chrono::local_time<std::chrono::microseconds> shown) const -> timestamp
{
    const auto elapsed = shown.time_since_epoch();
    if (place_ == nullptr) return timestamp{elapsed} - offset_;
    const date::local_time<std::chrono::microseconds> local{elapsed};
    if (place_->get_info(local).result == date::local_info::nonexistent)
        throw invalid_request("the clocks of " + place_->name() + " skipped "
                              + eventstore::to_string(timestamp{elapsed}).substr(0, second_size));
    return place_->to_sys(local, date::choose::earliest);
}

auto read_time(std::string_view text, const assumed_zone& zone) -> timestamp
{
    auto at = parsed(text);
    if (!says_its_zone(text))
        at = zone.to_utc(std::chrono::local_time<std::chrono::microseconds>{at.time_since_epoch()});
    if (at < std::chrono::sys_days{std::chrono::year{1} / 1 / 1})
        throw invalid_request("\"" + std::string(text) + "\" is before the year 1");
    return at;
}

}  // namespace annals::cli::imports
