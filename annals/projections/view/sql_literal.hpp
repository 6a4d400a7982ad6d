// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <string_view>

namespace annals::projections {

/// SQL that stands in the program's text. Only a string literal becomes one, so no value from outside can get into it:
/// values are parameters, `$1`, `$2` and so on.
class sql_literal {
public:
    constexpr sql_literal() = default;
    consteval sql_literal(const char* text) : text_(text), parameters_(highest_parameter(text)) {}

    template <class Text>
        requires std::convertible_to<const Text&, std::string_view>
    sql_literal(const Text&)
    {
        static_assert(sizeof(Text) == 0, "annals: a condition or an order is a string literal: write $1 where a value "
                                         "goes, and give the value in `parameters`");
    }

    constexpr auto text() const -> std::string_view { return text_; }
    constexpr auto empty() const -> bool { return text_.empty(); }
    /// The highest number of a parameter in it; 0: it has none.
    constexpr auto parameters() const -> int { return parameters_; }

private:
    /// Does not look into quoted texts and names.
    static constexpr auto highest_parameter(std::string_view text) -> int
    {
        int highest = 0;
        char quote = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (quote != 0) quote = text[i] == quote ? char{0} : quote;
            else if (text[i] == '\'' || text[i] == '"') quote = text[i];
            else if (text[i] == '$') highest = std::max(highest, number_at(text.substr(i + 1)));
        }
        return highest;
    }
    static constexpr auto number_at(std::string_view digits) -> int
    {
        int number = 0;
        for (std::size_t i = 0; i < digits.size() && digits[i] >= '0' && digits[i] <= '9' && i < 6; ++i)
            number = number * 10 + (digits[i] - '0');
        return number;
    }

    std::string_view text_;
    int parameters_ = 0;
};

}  // namespace annals::projections
