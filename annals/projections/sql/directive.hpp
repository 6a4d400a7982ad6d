// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace annals::projections {

/// `-- word: value`: the form of the lines in a projection file that are for annals and not SQL.
struct directive {
    std::string_view word;
    std::string_view value;
};

/// The words at the head of a file; `apply` begins a block.
inline constexpr std::array<std::string_view, 5> header_words{"projection", "version", "categories", "order",
                                                              "parallel"};
inline constexpr std::string_view block_word = "apply";

/// Nothing when the line has another form. Any word in small letters is accepted.
auto directive_of(std::string_view line) -> std::optional<directive>;

auto is_header_word(std::string_view) -> bool;

/// Without blanks and line ends around it.
auto trimmed_line(std::string_view) -> std::string_view;

}  // namespace annals::projections
