// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/text_width.hpp>

#include <algorithm>
#include <array>

namespace annals::cli {
namespace {

struct character {
    char32_t code;
    std::size_t bytes;
};

/// The next character; a byte that is not UTF-8 counts as one.
auto next_character(std::string_view text) -> character
{
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t bytes = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (bytes == 1 || bytes > text.size()) return {first, 1};
    char32_t code = first & (0xff >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    return {code, bytes};
}

struct range {
    char32_t first, last;
};

/// Unicode's East Asian Width W and F (UAX #11), by block.
constexpr std::array<range, 11> wide{{{0x1100, 0x115f},
                                      {0x2e80, 0xa4cf},
                                      {0xac00, 0xd7a3},
                                      {0xf900, 0xfaff},
                                      {0xfe30, 0xfe6f},
                                      {0xff00, 0xff60},
                                      {0xffe0, 0xffe6},
                                      {0x1f300, 0x1f64f},
                                      {0x1f680, 0x1f6ff},
                                      {0x1f900, 0x1faff},
                                      {0x20000, 0x3fffd}}};
constexpr std::array<range, 4> without_width{{{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}}};

auto is_in(char32_t code, const auto& ranges) -> bool
{
    return std::ranges::any_of(ranges, [&](range r) { return r.first <= code && code <= r.last; });
}

auto columns_of(char32_t code) -> std::size_t { return is_in(code, without_width) ? 0 : is_in(code, wide) ? 2 : 1; }

}  // namespace

auto columns_of(std::string_view text) -> std::size_t
{
    std::size_t columns = 0;
    while (!text.empty()) {
        const auto next = next_character(text);
        columns += columns_of(next.code);
        text.remove_prefix(next.bytes);
    }
    return columns;
}

auto cut(std::string_view text, std::size_t columns_max) -> std::string
{
    if (columns_of(text) <= columns_max) return std::string(text);
    if (columns_max == 0) return {};
    std::size_t bytes = 0, columns = 0;
    while (bytes < text.size()) {
        const auto next = next_character(text.substr(bytes));
        if (columns + columns_of(next.code) > columns_max - 1) break;
        columns += columns_of(next.code);
        bytes += next.bytes;
    }
    return std::string(text.substr(0, bytes)) + "…";
}

auto printable(std::string_view text) -> std::string
{
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const auto next = next_character(text);
        const bool is_control = next.code < 0x20 || (0x7f <= next.code && next.code < 0xa0);
        if (is_control) clean += ' ';
        else clean += text.substr(0, next.bytes);
        text.remove_prefix(next.bytes);
    }
    return clean;
}

}  // namespace annals::cli
