// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace annals::processors {

/// The categories that a header names: in one text, `"bike, customer"`, or in several, `{"bike", "customer"}`. The
/// texts must live as long as the header; literals do.
class category_names {
public:
    static constexpr std::size_t texts_max = 8;

    constexpr category_names() = default;
    template <std::convertible_to<std::string_view>... Texts>
        requires(sizeof...(Texts) > 0)
    constexpr category_names(const Texts&... texts)
    {
        constexpr bool fits = sizeof...(Texts) <= texts_max;
        static_assert(fits, "annals: braces hold up to 8 categories: write more in one text, separated by commas");
        if constexpr (fits) texts_ = {std::string_view(texts)...};
    }

    /// One by one, without commas and blanks.
    auto split() const -> std::vector<std::string>;

private:
    std::array<std::string_view, texts_max> texts_{};
};

}  // namespace annals::processors
