// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace annals::cli::imports {

/// Takes the parts of a time off the front of a text. A part that is not there leaves the text as it is.
class time_scanner {
public:
    explicit time_scanner(std::string_view text) : rest_(text) {}

    auto rest() const -> std::string_view { return rest_; }
    auto at_end() const -> bool { return rest_.empty(); }

    /// How many digits are at the front.
    auto digits() const -> std::size_t;

    /// A number with at most, and at least, this many digits.
    auto number(std::size_t digits_max, std::size_t digits_min = 1) -> std::optional<int>;

    /// Any number of digits after a decimal point, cut to microseconds.
    auto fraction() -> std::optional<std::chrono::microseconds>;

    auto take(char) -> bool;
    auto take_any_of(std::string_view characters) -> std::optional<char>;
    /// Ignores case.
    auto take_word(std::string_view lower) -> bool;
    auto take_blanks() -> bool;
    /// Everything up to and including this character.
    auto take_until(char last) -> bool;
    /// All letters at the front.
    auto letters() -> std::string_view;

    /// 1 to 12, by the English name of a month or its first three letters.
    auto month_name() -> std::optional<int>;
    /// 1 (Monday) to 7, by the English name of a day or its first three letters.
    auto weekday_name() -> std::optional<int>;
    /// Whether it is afternoon: `am`, `PM`, `p.m.`.
    auto half_of_day() -> std::optional<bool>;

    /// `+01:00`, `-0530`, `+01`: east of UTC.
    auto offset() -> std::optional<std::chrono::minutes>;
    /// The same, also `Z`, `UTC`, `GMT` and `GMT+01:00`.
    auto zone() -> std::optional<std::chrono::minutes>;
    /// `Europe/Amsterdam`.
    auto place() -> std::string_view;

private:
    std::string_view rest_;
};

}  // namespace annals::cli::imports
