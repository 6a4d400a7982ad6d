// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/json_text.hpp>

#include <algorithm>

namespace annals::cli::imports {
namespace {

/// Takes digits off the front; returns how many.
auto take_digits(std::string_view& text) -> std::size_t
{
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(end);
    return end;
}

auto take(std::string_view& text, std::string_view any_of) -> bool
{
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

auto equals_ignoring_case(std::string_view text, std::string_view lower) -> bool
{
    return std::ranges::equal(text, lower,
                              [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

}  // namespace

auto is_json_number(std::string_view text) -> bool
{
    take(text, "-");
    const bool zero = text.starts_with('0');
    const auto digits = take_digits(text);
    if (digits == 0 || (zero && digits > 1)) return false;
    if (take(text, ".") && take_digits(text) == 0) return false;
    if (take(text, "eE")) {
        take(text, "+-");
        if (take_digits(text) == 0) return false;
    }
    return text.empty();
}

auto as_boolean(std::string_view text) -> std::optional<bool>
{
    if (equals_ignoring_case(text, "true")) return true;
    if (equals_ignoring_case(text, "false")) return false;
    return std::nullopt;
}

void append_json_string(std::string& to, std::string_view text)
{
    constexpr std::string_view hex = "0123456789abcdef";
    to += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            to += '\\';
            to += c;
        } else if (c == '\n') {
            to += "\\n";
        } else if (c == '\t') {
            to += "\\t";
        } else if (c == '\r') {
            to += "\\r";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            to += "\\u00";
            to += hex[static_cast<unsigned char>(c) >> 4];
            to += hex[static_cast<unsigned char>(c) & 15];
        } else {
            to += c;
        }
    }
    to += '"';
}

}  // namespace annals::cli::imports
