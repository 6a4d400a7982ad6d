// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/assumed_zone.hpp>

#include <annals/eventstore/errors.hpp>

#include <date/tz.h>

namespace annals::cli::imports {
namespace {

using eventstore::invalid_request;
using eventstore::parse_timestamp;
using eventstore::timestamp;

constexpr std::size_t second_size = sizeof("2024-01-31T08:15:00") - 1;

auto without_fraction(timestamp at) -> std::string { return eventstore::to_string(at).substr(0, second_size); }

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

auto assumed_zone::to_utc(local_time shown, const std::string& abbreviation) const -> timestamp
{
    const auto elapsed = shown.time_since_epoch();
    if (place_ == nullptr) {
        if (!abbreviation.empty())
            throw invalid_request("the meaning of " + abbreviation + " needs a place: --zone Europe/Amsterdam");
        return timestamp{elapsed} - offset_;
    }
    const date::local_time<std::chrono::microseconds> local{elapsed};
    const auto there = place_->get_info(local);
    if (there.result == date::local_info::nonexistent)
        throw invalid_request("the clocks of " + place_->name() + " skipped " + without_fraction(timestamp{elapsed}));
    const bool twice = there.result == date::local_info::ambiguous;
    const bool second = twice && abbreviation == there.second.abbrev && abbreviation != there.first.abbrev;
    if (!abbreviation.empty() && !second && abbreviation != there.first.abbrev)
        throw invalid_request("the clocks of " + place_->name() + " were at " + there.first.abbrev + " then, not at "
                              + abbreviation);
    return place_->to_sys(local, second ? date::choose::latest : date::choose::earliest);
}

}  // namespace annals::cli::imports
