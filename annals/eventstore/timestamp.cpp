// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/timestamp.hpp>

#include <annals/eventstore/errors.hpp>

#include <array>
#include <charconv>
#include <cstdio>

namespace annals::eventstore {
namespace {

using namespace std::chrono;

/// Takes digits and separators off the front of a text; `good` says whether all were there.
struct scanner {
    std::string_view rest;
    bool good = true;

    auto digits(std::size_t count) -> int
    {
        int number = 0;
        if (rest.size() < count) return good = false, 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + count, number);
        if (error != std::errc{} || end != rest.data() + count || rest[0] == '-') return good = false, 0;
        rest.remove_prefix(count);
        return number;
    }

    auto take(std::string_view any_of) -> char
    {
        if (rest.empty() || any_of.find(rest[0]) == std::string_view::npos) return good = false, '\0';
        const char taken = rest[0];
        rest.remove_prefix(1);
        return taken;
    }

    auto fraction() -> microseconds
    {
        std::int64_t value = 0;
        int count = 0;
        for (; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1))
            if (count++ < 6) value = value * 10 + (rest[0] - '0');
        if (count == 0) good = false;
        for (; count < 6; ++count) value *= 10;
        return microseconds{value};
    }

    auto offset() -> minutes
    {
        const char sign = take("Zz+-");
        if (sign == 'Z' || sign == 'z' || !good) return {};
        const auto hour = digits(2);
        if (!rest.empty() && rest[0] == ':') rest.remove_prefix(1);
        const auto minute = rest.empty() ? 0 : digits(2);
        if (hour > 23 || minute > 59) good = false;
        const auto shift = hours{hour} + minutes{minute};
        return sign == '-' ? -shift : shift;
    }
};

}  // namespace

auto now() -> timestamp { return floor<microseconds>(system_clock::now()); }

auto to_string(timestamp at) -> std::string
{
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    std::array<char, 64> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

auto parse_timestamp(std::string_view text) -> timestamp
{
    scanner in{text};
    const auto y = in.digits(4);
    in.take("-");
    const auto mo = in.digits(2);
    in.take("-");
    const auto d = in.digits(2);
    in.take("Tt ");
    const auto h = in.digits(2);
    in.take(":");
    const auto mi = in.digits(2);
    in.take(":");
    const auto s = in.digits(2);
    auto fraction = microseconds{0};
    if (!in.rest.empty() && in.rest[0] == '.') in.take("."), fraction = in.fraction();
    const auto offset = in.offset();

    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
    if (!in.good || !in.rest.empty() || !date.ok() || h > 23 || mi > 59 || s > 60)
        throw invalid_request("\"" + std::string(text)
                              + "\" is not a time: write RFC 3339, for example 2024-01-31T08:15:00Z");
    const timestamp at = sys_days{date} + hours{h} + minutes{mi} + seconds{s} + fraction - offset;
    if (!has_year_of_rfc3339(at))
        throw invalid_request("\"" + std::string(text) + "\" is not in the years 0000 to 9999, in UTC");
    return at;
}

}  // namespace annals::eventstore
