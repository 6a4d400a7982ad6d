// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/time_reading.hpp>

#include <utility>

namespace annals::cli::imports {
namespace {

using eventstore::invalid_request;
using eventstore::timestamp;

constexpr std::size_t size_max = 100;        // a longer text is no time, and would make the message long

/// Without blanks around it; other blanks and the typographic minus are replaced by the usual ones.
auto cleaned(std::string_view text) -> std::string
{
    std::string clean{text.substr(0, size_max + 1)};
    for (const auto& [from, to] :
         {std::pair<std::string_view, std::string_view>{"\xC2\xA0", " "}, {"\xE2\x80\xAF", " "}, {"\xE2\x88\x92", "-"}})
        for (auto at = clean.find(from); at != std::string::npos; at = clean.find(from, at))
            clean.replace(at, from.size(), to);
    const auto first = clean.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return clean.substr(first, clean.find_last_not_of(" \t\r\n") - first + 1);
}

auto quoted(std::string_view text) -> std::string
{
    return "\"" + std::string(text.substr(0, size_max)) + (text.size() > size_max ? "…\"" : "\"");
}

auto all_likely_formats() -> std::vector<time_format>
{
    std::vector<time_format> all;
    for (const auto* epoch : {"epoch", "epoch-ms", "epoch-us", "epoch-ns"}) all.emplace_back(epoch);
    for (const std::string date :
         {"%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%y-%m-%d",
          "%d-%b-%y", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%b/%Y", "%a %b %d"}) {
        all.emplace_back(date == "%a %b %d" ? "%a %b %d %H:%M:%S %Y" : date);
        if (date == "%a %b %d") continue;
        for (const auto* between : {" ", "T", ", ", ":", "-", "_"})
            for (const auto* time : {"%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%S,%f", "%I:%M %p", "%I:%M:%S %p",
                                     "%I:%M%p", "%I:%M:%S%p", "%H.%M", "%H.%M.%S", "%H.%M.%S.%f", "%H%M", "%H%M%S"})
                for (const auto* zone : {"", " %z", "%z", " %Z"}) all.emplace_back(date + between + time + zone);
        for (const auto* time : {" %H", "T%H", "%H%M", "%H%M%S"}) all.emplace_back(date + time);
        for (const auto* time : {"%H:%M ", "%H:%M:%S ", "%I:%M %p ", "%I:%M:%S %p "}) all.emplace_back(time + date);
    }
    return all;
}

/// Between the years 1900 and 2200, so that 1735556520 is likely to be seconds and not nanoseconds.
auto is_likely(time_parts parts) -> bool
{
    using namespace std::chrono;
    parts.abbreviation.clear();
    try {
        const auto at = moment_of(parts, {});
        const bool recent = at >= sys_days{year{1972} / 1 / 1} || !parts.since_1970;
        return recent && at >= sys_days{year{1900} / 1 / 1} && at < sys_days{year{2200} / 1 / 1};
    } catch (const invalid_request&) {
        return false;
    }
}

auto hint_for(std::string_view text) -> std::string
{
    std::string all;
    for (const auto& format : formats_that_read(text)) all += (all.empty() ? "'" : ", or '") + format + "'";
    if (all.empty()) return "times are written as 2024-01-31 08:15:00, or as --time-format says (docs/guide/import.md)";
    const bool named_zone = all.contains("%Z");
    return "say how it is written: --time-format " + all + (named_zone ? ", and --zone with the place" : "");
}

}  // namespace

auto formats_that_read(std::string_view text) -> std::vector<std::string>
{
    constexpr std::size_t formats_max = 3;
    static const auto likely = all_likely_formats();
    std::vector<std::string> found;
    for (const auto& format : likely) {
        const auto parts = format.read(text);
        if (parts && is_likely(*parts)) found.push_back(format.text());
        if (found.size() == formats_max) break;
    }
    return found;
}

time_reader::time_reader(assumed_zone zone, std::vector<time_format> formats)
    : zone_(zone), formats_(std::move(formats))
{
    if (formats_.empty()) formats_.emplace_back("iso");
}

auto time_reader::read(std::string_view text) const -> timestamp
{
    const auto clean = cleaned(text);
    std::string why;
    std::optional<timestamp> found;
    const time_format* by = nullptr;
    for (const auto& format : formats_) {
        const auto parts = clean.size() > size_max ? std::nullopt : format.read(clean);
        if (!parts) continue;
        try {
            const auto at = moment_of(*parts, zone_);
            if (found && *found != at)
                throw unreadable_value(quoted(text) + " is one time as " + by->text() + " and another as "
                                           + format.text(),
                                       "leave one of the two --time-format away");
            found = at;
            by = &format;
        } catch (const unreadable_value&) {
            throw;
        } catch (const invalid_request& problem) {
            why = std::string(": ") + problem.what();
        }
    }
    if (found) return *found;
    if (!why.empty()) throw unreadable_value(quoted(text) + " is not a time" + why, {});
    const bool told = formats_.size() > 1 || formats_.front().text() != "iso";
    throw unreadable_value(quoted(text) + " is not a time" + (told ? " as --time-format says" : " as ISO 8601 has it"),
                           hint_for(clean));
}

}  // namespace annals::cli::imports
