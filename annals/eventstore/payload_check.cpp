// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/payload_check.hpp>

#include <annals/eventstore/limits.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>
#include <vector>

namespace annals::eventstore {
namespace {

/// How many bytes the UTF-8 sequence at the front of a text takes; 0 when it is invalid (RFC 3629: no overlong forms,
/// no surrogates, nothing above U+10FFFF).
auto utf8_length(std::string_view text) -> std::size_t
{
    const auto byte = [&](std::size_t at) -> unsigned {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
    };
    const auto continues = [&](std::size_t at) { return (byte(at) & 0xc0) == 0x80; };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool overlong = first == 0xe0 && byte(1) < 0xa0;
        const bool surrogate = first == 0xed && byte(1) > 0x9f;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool overlong = first == 0xf0 && byte(1) < 0x90;
        const bool too_large = first == 0xf4 && byte(1) > 0x8f;
        return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

/// A character that a JSON text may hold as it is, in one byte.
constexpr auto plain = [] {
    std::array<bool, 256> all{};
    for (std::size_t c = ' '; c < 0x80; ++c) all[c] = c != '"' && c != '\\';
    return all;
}();
auto is_plain(char c) -> bool { return plain[static_cast<unsigned char>(c)]; }

/// A recursive-descent reader that builds only the member names of the objects it is in.
class payload_reader {
public:
    explicit payload_reader(std::string_view text) : rest_(text) {}

    auto fault() -> std::optional<std::string>
    {
        skip_blanks();
        if (!next_is('{')) return "is not a JSON object";
        value(1);
        skip_blanks();
        if (!fault_ && !rest_.empty()) fail("is not one JSON object: there is more after it");
        return fault_;
    }

private:
    // numeric's format: 131072 digits before the point and 16383 after it (PostgreSQL, "Numeric Types"), an exponent
    // below half of its int.
    static constexpr std::int64_t digits_before_point_max = 131072;
    static constexpr std::int64_t digits_after_point_max = 16383;
    static constexpr std::int64_t exponent_end = 1073741823;
    // A double is below 1.8e308: 309 digits before the point, but not every number of 309 digits fits.
    static constexpr std::int64_t double_digits = 308;

    void fail(std::string why)
    {
        if (!fault_) fault_ = std::move(why);
        rest_ = {};
    }

    void fail_grammar() { fail("is not valid JSON"); }

    auto next_is(char c) const -> bool { return !rest_.empty() && rest_[0] == c; }

    auto take(char c) -> bool
    {
        if (!next_is(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void skip_blanks()
    {
        while (next_is(' ') || next_is('\n') || next_is('\t') || next_is('\r')) rest_.remove_prefix(1);
    }

    void value(std::size_t depth)
    {
        if (depth > limits::json_depth + 1) return fail("is nested deeper than " + std::to_string(limits::json_depth));
        if (next_is('{')) return object(depth);
        if (next_is('[')) return array(depth);
        if (next_is('"')) return string(nullptr);
        for (const std::string_view word : {"true", "false", "null"})
            if (rest_.starts_with(word)) return rest_.remove_prefix(word.size());
        number();
    }

    void object(std::size_t depth)
    {
        if (depth > limits::json_depth) return fail("is nested deeper than " + std::to_string(limits::json_depth));
        take('{');
        skip_blanks();
        if (take('}')) return;
        std::vector<std::string> names;
        do {
            skip_blanks();
            if (!next_is('"')) return fail_grammar();
            string(&names.emplace_back());
            skip_blanks();
            if (!take(':')) return fail_grammar();
            skip_blanks();
            value(depth + 1);
            skip_blanks();
        } while (take(','));
        if (!take('}')) return fail_grammar();
        std::ranges::sort(names);
        if (const auto twice = std::ranges::adjacent_find(names); twice != names.end())
            fail("holds the member \"" + *twice + "\" twice in one object");
    }

    void array(std::size_t depth)
    {
        if (depth > limits::json_depth) return fail("is nested deeper than " + std::to_string(limits::json_depth));
        take('[');
        skip_blanks();
        if (take(']')) return;
        do {
            skip_blanks();
            value(depth + 1);
            skip_blanks();
        } while (take(','));
        if (!take(']')) fail_grammar();
    }

    void string(std::string* unescaped)
    {
        take('"');
        while (true) {
            take_bytes(static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_plain) - rest_.begin()), unescaped);
            if (rest_.empty() || rest_[0] == '"') break;
            if (rest_[0] == '\\') {
                escape(unescaped);
            } else if (static_cast<unsigned char>(rest_[0]) < 0x20) {
                return fail("is not valid JSON: a control character in a text");
            } else {
                const auto length = utf8_length(rest_);
                if (length == 0) return fail("is not valid UTF-8");
                take_bytes(length, unescaped);
            }
        }
        if (!take('"')) fail_grammar();
    }

    void take_bytes(std::size_t count, std::string* unescaped)
    {
        if (unescaped) unescaped->append(rest_.substr(0, count));
        rest_.remove_prefix(count);
    }

    void escape(std::string* unescaped)
    {
        static constexpr std::string_view letters = "\"\\/bfnrt";
        static constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
        take('\\');
        if (take('u')) return code_point(unescaped);
        const auto which = rest_.empty() ? std::string_view::npos : letters.find(rest_[0]);
        if (which == std::string_view::npos) return fail_grammar();
        if (unescaped) unescaped->push_back(meant[which]);
        rest_.remove_prefix(1);
    }

    auto hex_unit() -> std::uint32_t
    {
        std::uint32_t unit = 0;
        if (rest_.size() < 4) return fail_grammar(), 0;
        for (const char c : rest_.substr(0, 4)) {
            const auto lower = static_cast<char>(c | 0x20);
            if (c >= '0' && c <= '9') unit = unit << 4 | static_cast<std::uint32_t>(c - '0');
            else if (lower >= 'a' && lower <= 'f') unit = unit << 4 | static_cast<std::uint32_t>(lower - 'a' + 10);
            else return fail_grammar(), 0;
        }
        rest_.remove_prefix(4);
        return unit;
    }

    void code_point(std::string* unescaped)
    {
        auto code = hex_unit();
        if (fault_) return;
        if (code == 0) return fail("holds \\u0000, which jsonb refuses");
        if (code >= 0xd800 && code <= 0xdfff) {
            if (code >= 0xdc00 || !take('\\') || !take('u')) return fail("holds a lone surrogate, which jsonb refuses");
            const auto low = hex_unit();
            if (fault_) return;
            if (low < 0xdc00 || low > 0xdfff) return fail("holds a lone surrogate, which jsonb refuses");
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        if (unescaped) append_utf8(*unescaped, code);
    }

    static void append_utf8(std::string& to, std::uint32_t code)
    {
        const auto tail = [&](int shift) { to.push_back(static_cast<char>(0x80 | ((code >> shift) & 0x3f))); };
        if (code < 0x80) {
            to.push_back(static_cast<char>(code));
        } else if (code < 0x800) {
            to.push_back(static_cast<char>(0xc0 | code >> 6)), tail(0);
        } else if (code < 0x10000) {
            to.push_back(static_cast<char>(0xe0 | code >> 12)), tail(6), tail(0);
        } else {
            to.push_back(static_cast<char>(0xf0 | code >> 18)), tail(12), tail(6), tail(0);
        }
    }

    auto digits() -> std::int64_t
    {
        const auto end = rest_.find_first_not_of("0123456789");
        const auto count = std::min(end, rest_.size());
        rest_.remove_prefix(count);
        return static_cast<std::int64_t>(count);
    }

    void number()
    {
        take('-');
        const auto from = rest_;
        const bool zero_first = next_is('0');
        const auto before = digits();
        if (before == 0 || (zero_first && before > 1)) return fail_grammar();
        std::int64_t after = 0;
        if (take('.') && (after = digits()) == 0) return fail_grammar();
        const auto power = exponent();
        if (fault_) return;
        const auto written = from.substr(0, from.size() - rest_.size());
        const auto places = before + power > double_digits ? places_of(written, before + power) : 0;
        if (after - power > digits_after_point_max || power >= exponent_end || places > digits_before_point_max)
            fail("holds a number beyond jsonb's range");
        else if (places > double_digits && !fits_double(written, places))
            fail("holds a number beyond a double's range; write it as a text");
    }

    /// The number after an `e`, cut where it is certainly too large; 0 where there is none.
    auto exponent() -> std::int64_t
    {
        if (!take('e') && !take('E')) return 0;
        const bool negative = next_is('-');
        if (!take('-')) take('+');
        const auto from = rest_;
        const auto count = digits();
        if (count == 0) return fail_grammar(), 0;
        std::int64_t value = 0;
        for (const char c : from.substr(0, static_cast<std::size_t>(count)))
            value = std::min(value * 10 + (c - '0'), exponent_end);
        return negative ? -value : value;
    }

    /// The digits before its point, once the exponent is gone; leading zeros are none, and so zero has none, whatever
    /// its exponent. `written`: with leading zeros.
    static auto places_of(std::string_view number, std::int64_t written) -> std::int64_t
    {
        const auto digits = number.substr(0, number.find_first_of("eE"));
        const auto first = digits.find_first_not_of("0.");
        if (first == std::string_view::npos) return 0;
        return written - static_cast<std::int64_t>(first > digits.find('.') ? first - 1 : first);
    }

    static auto fits_double(std::string_view number, std::int64_t places) -> bool
    {
        if (places > double_digits + 1) return false;
        double value = 0;
        const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
        return read.ec == std::errc{} && std::isfinite(value);
    }

    std::string_view rest_;
    std::optional<std::string> fault_;
};

}  // namespace

auto is_utf8(std::string_view text) -> bool
{
    while (!text.empty()) {
        const auto length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

auto fault_of_payload(std::string_view text) -> std::optional<std::string> { return payload_reader(text).fault(); }

}  // namespace annals::eventstore
