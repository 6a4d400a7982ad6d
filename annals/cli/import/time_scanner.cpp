// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/time_scanner.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace annals::cli::imports {
namespace {

using namespace std::chrono;

auto is_digit(char c) -> bool { return c >= '0' && c <= '9'; }
auto lower(char c) -> char { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
auto is_letter(char c) -> bool { return lower(c) >= 'a' && lower(c) <= 'z'; }

auto equal_words(std::string_view text, std::string_view lower_case) -> bool
{
    return std::ranges::equal(text, lower_case, {}, lower);
}

constexpr std::array<std::string_view, 12> months{"january",   "february", "march",    "april",
                                                  "may",       "june",     "july",     "august",
                                                  "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> weekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
constexpr std::size_t short_name = 3;

auto number_of(std::string_view word, std::span<const std::string_view> names) -> std::optional<int>
{
    for (std::size_t i = 0; i < names.size(); ++i)
        if (equal_words(word, names[i]) || equal_words(word, names[i].substr(0, short_name)))
            return static_cast<int>(i) + 1;
    return std::nullopt;
}

}  // namespace

auto time_scanner::digits() const -> std::size_t
{
    return static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_digit) - rest_.begin());
}

auto time_scanner::number(std::size_t digits_max, std::size_t digits_min) -> std::optional<int>
{
    const auto count = std::min(digits(), digits_max);
    if (count < digits_min) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 10 + (rest_[i] - '0');
    rest_.remove_prefix(count);
    return value;
}

auto time_scanner::fraction() -> std::optional<microseconds>
{
    const auto count = digits();
    if (count == 0) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < 6; ++i) value = value * 10 + (i < count ? rest_[i] - '0' : 0);
    rest_.remove_prefix(count);
    return microseconds{value};
}

auto time_scanner::take(char wanted) -> bool
{
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
}

auto time_scanner::take_any_of(std::string_view characters) -> std::optional<char>
{
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return std::nullopt;
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
}

auto time_scanner::take_word(std::string_view lower_case) -> bool
{
    if (!equal_words(rest_.substr(0, lower_case.size()), lower_case)) return false;
    rest_.remove_prefix(lower_case.size());
    return true;
}

auto time_scanner::take_blanks() -> bool
{
    const auto before = rest_.size();
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    return rest_.size() < before;
}

auto time_scanner::take_until(char last) -> bool
{
    const auto found = rest_.find(last);
    if (found == std::string_view::npos) return false;
    rest_.remove_prefix(found + 1);
    return true;
}

auto time_scanner::letters() -> std::string_view
{
    const auto count = static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_letter) - rest_.begin());
    const auto word = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return word;
}

auto time_scanner::month_name() -> std::optional<int>
{
    auto ahead = *this;
    const auto found = number_of(ahead.letters(), months);
    if (found) *this = ahead;
    return found;
}

auto time_scanner::weekday_name() -> std::optional<int>
{
    auto ahead = *this;
    const auto found = number_of(ahead.letters(), weekdays);
    if (found) *this = ahead;
    return found;
}

auto time_scanner::half_of_day() -> std::optional<bool>
{
    for (const std::string_view word : {"a.m.", "am", "p.m.", "pm"}) {
        auto ahead = *this;
        if (!ahead.take_word(word) || (!ahead.at_end() && is_letter(ahead.rest_.front()))) continue;
        *this = ahead;
        return word.starts_with('p');
    }
    return std::nullopt;
}

auto time_scanner::offset() -> std::optional<minutes>
{
    auto ahead = *this;
    const auto sign = ahead.take_any_of("+-");
    if (!sign) return std::nullopt;
    const auto hour = ahead.number(2);
    if (!hour) return std::nullopt;
    const bool colon = ahead.take(':');
    const auto minute = colon || ahead.digits() > 0 ? ahead.number(2, 2) : std::optional(0);
    if (!minute || *minute > 59 || ahead.digits() > 0) return std::nullopt;
    *this = ahead;
    const auto east = hours{*hour} + minutes{*minute};
    return *sign == '-' ? -east : east;
}

auto time_scanner::zone() -> std::optional<minutes>
{
    if (const auto told = offset()) return told;
    auto ahead = *this;
    const auto word = ahead.letters();
    const bool is_utc = equal_words(word, "utc") || equal_words(word, "gmt") || equal_words(word, "ut");
    if (!is_utc && !equal_words(word, "z")) return std::nullopt;
    *this = ahead;
    return (is_utc ? offset() : std::nullopt).value_or(minutes{0});
}

auto time_scanner::place() -> std::string_view
{
    const auto count = static_cast<std::size_t>(
        std::ranges::find_if_not(
            rest_, [](char c) { return is_letter(c) || is_digit(c) || std::string_view{"/_+-"}.contains(c); })
        - rest_.begin());
    const auto name = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return name;
}

}  // namespace annals::cli::imports
