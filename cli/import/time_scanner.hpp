// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace annals::cli::imports {

/// Takes the pieces of a time off the front of a text. What is not there is not taken.
class time_scanner {
public:
    explicit time_scanner(std::string_view text) : rest_(text) {}

    auto rest() const -> std::string_view { return rest_; }
    auto at_end() const -> bool { return rest_.empty(); }

    /// How many digits stand at the front.
    auto digits() const -> std::size_t;

    /// A number of at most so many digits, and at least as many.
    auto number(std::size_t digits_max, std::size_t digits_min = 1) -> std::optional<int>;

    /// Any number of digits behind a decimal point, cut to microseconds.
    auto fraction() -> std::optional<std::chrono::microseconds>;

    auto take(char) -> bool;
    auto take_any_of(std::string_view characters) -> std::optional<char>;
    /// In any case.
    auto take_word(std::string_view lower) -> bool;
    auto take_blanks() -> bool;
    /// Everything up to this character, and it.
    auto take_until(char last) -> bool;
    /// Letters, as many as there are.
    auto letters() -> std::string_view;

    /// 1 to 12, by the English name of a month or its first three letters.
    auto month_name() -> std::optional<int>;
    /// 1 (Monday) to 7, by the English name of a day or its first three letters.
    auto weekday_name() -> std::optional<int>;
    /// Is it afternoon: `am`, `PM`, `p.m.`.
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
