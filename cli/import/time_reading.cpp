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
    return text.find_first_of("Zz+-", date_size) != std::string_view::npos;
}

auto in_utc(std::string_view text, const assumed_zone& zone) -> timestamp
{
    if (text.size() < date_size) return parse_timestamp(text);
    const auto full = completed(text);
    if (says_its_zone(full)) return parse_timestamp(full);
    const auto as_if_utc = parse_timestamp(full + "Z");
    return zone.to_utc(std::chrono::local_time<std::chrono::microseconds>{as_if_utc.time_since_epoch()});
}

}  // namespace

assumed_zone::assumed_zone(const std::string& name)
{
    if (name == "UTC" || name == "Z") return;
    try {
        if (name.starts_with('+') || name.starts_with('-'))
            offset_ = std::chrono::duration_cast<std::chrono::minutes>(parse_timestamp("2000-01-01T00:00:00Z")
                                                                      - parse_timestamp("2000-01-01T00:00:00" + name));
        else
            place_ = date::locate_zone(name);
    } catch (const std::runtime_error&) {
        throw invalid_request("\"" + name + "\" is not a time zone: write an offset as +02:00 or a name as Europe/Amsterdam");
    }
}

auto assumed_zone::to_utc(std::chrono::local_time<std::chrono::microseconds> shown) const -> timestamp
{
    const auto elapsed = shown.time_since_epoch();
    if (place_ == nullptr) return timestamp{elapsed} - offset_;
    const date::local_time<std::chrono::microseconds> local{elapsed};
    if (place_->get_info(local).result == date::local_info::nonexistent)
        throw invalid_request("the clocks of " + place_->name() + " skipped this time");
    return place_->to_sys(local, date::choose::earliest);
}

auto read_time(std::string_view text, const assumed_zone& zone) -> timestamp
{
    try {
        const auto at = in_utc(text, zone);
        if (at < std::chrono::sys_days{std::chrono::year{1} / 1 / 1}) throw invalid_request("it is before the year 1");
        return at;
    } catch (const invalid_request& problem) {
        throw invalid_request("the time \"" + std::string(text) + "\" cannot be read: " + problem.what());
    }
}

}  // namespace annals::cli::imports
