// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/time_format.hpp>

#include <annals/cli/import/time_scanner.hpp>
#include <annals/cli/import/usual_times.hpp>
#include <annals/eventstore/errors.hpp>

#include <array>
#include <set>
#include <utility>

namespace annals::cli::imports {
namespace {

using eventstore::invalid_request;

constexpr std::string_view letters = "YymdejbBhaAHIkpMSfzZsGVu";

/// Letters that stand for several others.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> long_forms{{
    {"%F", "%Y-%m-%d"},
    {"%D", "%m/%d/%y"},
    {"%T", "%H:%M:%S"},
    {"%R", "%H:%M"},
    {"%n", " "},
    {"%t", " "},
}};

auto written_out(std::string_view pattern) -> std::string
{
    std::string all;
    while (!pattern.empty()) {
        auto piece = pattern.substr(0, pattern.front() == '%' ? 2 : 1);
        pattern.remove_prefix(piece.size());
        for (const auto& [short_form, meaning] : long_forms)
            if (piece == short_form) piece = meaning;
        all += piece;
    }
    return all;
}

[[noreturn]] void refuse(const std::string& pattern, const std::string& why)
{
    throw invalid_request("--time-format \"" + pattern + "\": " + why);
}

/// Whether a pattern gives a whole day, and an unambiguous hour.
void check(const std::string& text, const std::string& pattern)
{
    std::set<char> there;
    for (std::size_t at = pattern.find('%'); at != std::string::npos; at = pattern.find('%', at + 2)) {
        const char letter = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
        if (letter != '%' && (letter == '\0' || !letters.contains(letter)))
            refuse(text, std::string("there is no %") + (letter == '\0' ? "" : std::string(1, letter))
                             + "; there are Y y m d e j b B a A H I k p M S f z Z s F D T R G V u");
        if (letter != '%' && !there.insert(letter).second)
            refuse(text, std::string("%") + letter + " occurs in it twice");
    }
    const auto any = [&](std::string_view of) {
        for (const char letter : of)
            if (there.contains(letter)) return true;
        return false;
    };
    if (there.empty())
        refuse(text,
               "write it with %, for example %d.%m.%Y %H:%M:%S, or say iso, epoch, epoch-ms, epoch-us or epoch-ns");
    const bool day = any("Yy") && (any("j") || (any("mbBh") && any("de")));
    if (!any("s") && !day && !(any("G") && any("V") && any("u")))
        refuse(text, "it says no whole day: year, month and day belong to a time");
    if (any("I") != any("p")) refuse(text, "%I (1 to 12) and %p (am or pm) belong together; %H is 0 to 23");
    if (any("MS") && !any("HIk")) refuse(text, "it has minutes or seconds, but no hour");
    if (any("f") && !any("Ss")) refuse(text, "%f is a fraction of %S");
}

/// Seconds since 1970; the last `shift` digits before the point are a fraction.
auto epoch_of(time_scanner& in, std::size_t shift) -> std::optional<std::chrono::microseconds>
{
    constexpr std::size_t second_digits_max = 12;                  // some 30,000 years
    const bool negative = in.take('-');
    std::string whole{in.rest().substr(0, in.digits())};
    if (whole.empty() || whole.size() > second_digits_max + shift) return std::nullopt;
    for (const char digit : whole) in.take(digit);
    std::string fraction;
    if (in.take_any_of(".,")) {
        fraction = in.rest().substr(0, in.digits());
        if (!in.fraction()) return std::nullopt;
    }
    if (whole.size() <= shift) whole.insert(0, shift + 1 - whole.size(), '0');
    fraction.insert(0, whole, whole.size() - shift);
    whole.resize(whole.size() - shift);
    fraction.resize(6, '0');
    const std::chrono::microseconds since{std::stoll(whole + fraction)};
    return negative ? -since : since;
}

auto two_digit_year(int year) -> int { return year + (year < 69 ? 2000 : 1900); }

/// Reads a text by a pattern.
class pattern_reader {
public:
    explicit pattern_reader(std::string_view text) : in_(text) {}

    auto read(std::string_view pattern) -> std::optional<time_parts>
    {
        for (std::size_t at = 0; at < pattern.size(); ++at) {
            const char c = pattern[at];
            if (c == ' ' && !in_.take_blanks()) return std::nullopt;
            if (c == ' ') continue;
            const bool good = c == '%' ? piece(pattern[++at]) : in_.take(c);
            if (!good) return std::nullopt;
        }
        return in_.at_end() ? std::optional(parts_) : std::nullopt;
    }

private:
    template <class Part>
    auto set(Part& part, std::optional<int> read) -> bool
    {
        if (read) part = *read;
        return read.has_value();
    }

    auto piece(char letter) -> bool
    {
        switch (letter) {
            case 'Y':
            case 'G': return set(parts_.year, in_.number(4, 4));
            case 'y': return set(parts_.year, in_.number(2, 2).transform(two_digit_year));
            case 'm': return set(parts_.month, in_.number(2));
            case 'b':
            case 'B':
            case 'h': return set(parts_.month, in_.month_name());
            case 'd': return set(parts_.day, in_.number(2));
            case 'e': return in_.take_blanks(), set(parts_.day, in_.number(2));
            case 'j': return set(parts_.day_of_year, in_.number(3));
            case 'V': return set(parts_.week, in_.number(2));
            case 'u': return set(parts_.weekday, in_.number(1));
            case 'a':
            case 'A': return set(parts_.weekday, in_.weekday_name());
            default: return time_piece(letter);
        }
    }

    auto time_piece(char letter) -> bool
    {
        switch (letter) {
            case 'H':
            case 'I': return set(parts_.hour, in_.number(2));
            case 'k': return in_.take_blanks(), set(parts_.hour, in_.number(2));
            case 'M': return set(parts_.minute, in_.number(2));
            case 'S': return set(parts_.second, in_.number(2));
            case 'p': return (parts_.is_afternoon = in_.half_of_day()).has_value();
            case 'z': return (parts_.offset = in_.zone()).has_value();
            case 'Z': return zone_name();
            case 's': return (parts_.since_1970 = epoch_of(in_, 0)).has_value();
            case 'f': {
                const auto fraction = in_.fraction();
                parts_.fraction = fraction.value_or(parts_.fraction);
                return fraction.has_value();
            }
            default: return in_.take(letter);        // %%
        }
    }

    /// CET, or Europe/Amsterdam; UTC is an offset.
    auto zone_name() -> bool
    {
        if ((parts_.offset = in_.zone())) return true;
        if (in_.half_of_day()) return false;
        const auto name = in_.place();
        (name.contains('/') ? parts_.place : parts_.abbreviation) = name;
        return !name.empty();
    }

    time_scanner in_;
    time_parts parts_;
};

}  // namespace

time_format::time_format(std::string text) : text_(std::move(text)), pattern_(written_out(text_))
{
    static constexpr std::array<std::pair<std::string_view, std::size_t>, 4> epochs{
        {{"epoch", 0}, {"epoch-ms", 3}, {"epoch-us", 6}, {"epoch-ns", 9}}};
    if (text_ == "iso") kind_ = kind::iso;
    for (const auto& [name, digits] : epochs)
        if (text_ == name) kind_ = kind::epoch, epoch_digits_ = digits;
    if (kind_ == kind::pattern) check(text_, pattern_);
}

auto time_format::read(std::string_view text) const -> std::optional<time_parts>
{
    if (kind_ == kind::iso) return usual_time(text);
    if (kind_ == kind::pattern) return pattern_reader(text).read(pattern_);
    time_scanner in(text);
    time_parts parts;
    parts.since_1970 = epoch_of(in, epoch_digits_);
    return parts.since_1970 && in.at_end() ? std::optional(parts) : std::nullopt;
}

}  // namespace annals::cli::imports
