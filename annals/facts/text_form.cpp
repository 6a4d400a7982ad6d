// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/text_form.hpp>

#include <annals/eventstore/json.hpp>

namespace annals::facts::detail {

using eventstore::invalid_request;

auto text_of_time(eventstore::timestamp at) -> std::string
{
    if (!eventstore::has_year_of_rfc3339(at))
        throw invalid_request("a time is outside the years 0000 to 9999: for \"never\" use an optional");
    return eventstore::to_string(at);
}

auto text_of_date(std::chrono::sys_days date) -> std::string
{
    using namespace std::chrono;
    if (date < sys_days{year{0} / January / 1} || date >= sys_days{year{10000} / January / 1})
        throw invalid_request("a date is outside the years 0000 to 9999: for \"never\" use an optional");
    return eventstore::to_string(eventstore::timestamp{date}).substr(0, std::string_view("2026-11-27").size());
}

auto date_from(std::string_view text) -> std::chrono::sys_days
{
    try {
        return std::chrono::floor<std::chrono::days>(eventstore::parse_timestamp(std::string(text) + "T00:00:00Z"));
    } catch (const invalid_request&) {
        refuse_text(text, "is not a date: write 2026-11-27");    // instead of what a time looks like
    }
}

void refuse_text(std::string_view text, const std::string& problem)
{
    throw invalid_request(eventstore::excerpt(text) + " " + problem);
}

}  // namespace annals::facts::detail
