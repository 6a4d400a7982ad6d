// SPDX-License-Identifier: Apache-2.0
#include <annals/telemetry/log_line.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace annals::telemetry {
namespace {

auto name_of(level at) -> std::string_view
{
    static constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    return names.at(static_cast<std::size_t>(at));
}

/// A JSON string (RFC 8259, section 7); in text lines only where a value needs quotes.
auto quoted(std::string_view text) -> std::string
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string all = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            all += '\\';
            all += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            all += "\\u00";
            all += digits[byte >> 4];
            all += digits[byte & 15];
        } else {
            all += c;
        }
    }
    return all + '"';
}

auto text_of(double number) -> std::string
{
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    return std::string(text, end);
}

auto text_of(const field& one, bool always_quoted) -> std::string
{
    const auto text = [&](const auto& value) -> std::string {
        using value_type = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::same_as<value_type, std::string>) {
            const bool plain = !value.empty() && value.find_first_of(" \"\\=\n\r\t") == value.npos;
            return plain && !always_quoted ? value : quoted(value);
        } else if constexpr (std::same_as<value_type, bool>) {
            return value ? "true" : "false";
        } else if constexpr (std::same_as<value_type, double>) {
            return text_of(value);
        } else {
            return std::to_string(value);
        }
    };
    return std::visit(text, one.value);
}

}  // namespace

auto as_text(level at, std::string_view message, std::span<const field> fields) -> std::string
{
    auto line = std::string(name_of(at));
    line.resize(std::max<std::size_t>(line.size(), 7), ' ');
    line += ' ' + std::string(message);
    for (const auto& one : fields) line += ' ' + std::string(one.name) + '=' + text_of(one, false);
    return line;
}

auto as_json_members(level at, std::string_view message, std::span<const field> fields) -> std::string
{
    auto line = R"("level": ")" + std::string(name_of(at)) + R"(", "message": )" + quoted(message);
    for (const auto& one : fields) line += ", " + quoted(one.name) + ": " + text_of(one, true);
    return line;
}

}  // namespace annals::telemetry
