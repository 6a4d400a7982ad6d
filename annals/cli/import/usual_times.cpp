// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/usual_times.hpp>

#include <annals/cli/import/time_scanner.hpp>

namespace annals::cli::imports {
namespace {

/// Reads one text. Each function takes what its name says, and returns false when something else comes next.
class usual_reader {
public:
    explicit usual_reader(std::string_view text) : in_(text) {}

    auto read() -> std::optional<time_parts>
    {
        const bool good = date() && (in_.at_end() || date_zone() || (separator() && time() && zone()));
        return good && in_.at_end() ? std::optional(parts_) : std::nullopt;
    }

private:
    auto set(int& part, std::optional<int> read) -> bool
    {
        part = read.value_or(0);
        return read.has_value();
    }

    auto date() -> bool
    {
        if (in_.digits() == 8 || in_.digits() == 14) return compact_date();
        if (in_.digits() == 4) return date_from_year();
        if (const auto day = in_.weekday_name()) {
            parts_.weekday = day;
            in_.take(',');
            in_.take_blanks();
        }
        return in_.digits() > 0 ? date_from_day() : date_from_month();
    }

    /// 20241230, also with the time of day directly after it.
    auto compact_date() -> bool
    {
        compact_ = true;
        touches_ = in_.digits() == 14;
        return set(parts_.year, in_.number(4)) && set(parts_.month, in_.number(2)) && set(parts_.day, in_.number(2));
    }

    /// 2024-12-30, 2024/1/5, 2024.12.30, 2024-Dec-30, 2024-365, 2024-W52-1, 2024W521.
    auto date_from_year() -> bool
    {
        parts_.year = *in_.number(4);
        if (in_.take('W')) return week(false);
        const auto mark = in_.take_any_of("-/.");
        if (!mark) return false;
        if (*mark == '-' && in_.take('W')) return week(true);
        if (*mark == '-' && in_.digits() == 3) {
            parts_.day_of_year = in_.number(3);
            return true;
        }
        const bool month = set(parts_.month, in_.digits() > 0 ? in_.number(2) : in_.month_name());
        return month && in_.take(*mark) && set(parts_.day, in_.number(2));
    }

    auto week(bool dashes) -> bool
    {
        parts_.week = in_.number(2, 2);
        if (dashes && !in_.take('-')) return false;
        parts_.weekday = in_.number(1);
        compact_ = !dashes;
        return parts_.week && parts_.weekday;
    }

    /// 30 Dec 2024, 30-Dec-2024, 30/December/2024.
    auto date_from_day() -> bool
    {
        if (!set(parts_.day, in_.number(2))) return false;
        const auto mark = in_.take_any_of(" -/");
        return mark && set(parts_.month, in_.month_name()) && in_.take(*mark) && set(parts_.year, in_.number(4, 4));
    }

    /// Dec 30, 2024 or December 30 2024.
    auto date_from_month() -> bool
    {
        if (!set(parts_.month, in_.month_name()) || !in_.take(' ') || !set(parts_.day, in_.number(2))) return false;
        const bool comma = in_.take(',');
        return (in_.take_blanks() || comma) && set(parts_.year, in_.number(4, 4));
    }

    /// A zone directly after a date, as in XML Schema.
    auto date_zone() -> bool
    {
        if (touches_ || compact_ || !in_.rest().contains(':')) return in_.take_any_of("Zz").has_value() && utc();
        parts_.offset = in_.zone();
        return parts_.offset.has_value();
    }

    auto utc() -> bool
    {
        parts_.offset = std::chrono::minutes{0};
        return true;
    }

    auto separator() -> bool
    {
        if (touches_ || in_.take_any_of("Tt")) return true;
        const bool comma = in_.take(',');
        return in_.take_blanks() || comma;
    }

    auto time() -> bool
    {
        const bool colons = in_.digits() < 4;
        if (!colons && !compact_) return false;
        if (!set(parts_.hour, in_.number(2))) return false;
        if ((colons && !in_.take(':')) || !set(parts_.minute, in_.number(2, 2))) return false;
        const bool seconds = colons ? in_.take(':') : in_.digits() > 0;
        if (seconds && !set(parts_.second, in_.number(2, 2))) return false;
        if (seconds && in_.take_any_of(".,")) {
            const auto fraction = in_.fraction();
            if (!fraction) return false;
            parts_.fraction = *fraction;
        }
        auto ahead = in_;
        ahead.take_blanks();
        parts_.is_afternoon = ahead.half_of_day();
        if (parts_.is_afternoon) in_ = ahead;
        return true;
    }

    /// +01:00, Z, UTC, +01:00[Europe/Amsterdam], [Europe/Amsterdam], Europe/Amsterdam, +0100 (CET), or nothing.
    auto zone() -> bool
    {
        in_.take_blanks();
        parts_.offset = in_.zone();
        if (parts_.offset && in_.take_blanks()) return in_.take('(') && in_.take_until(')');
        if (in_.take('[')) {
            parts_.place = in_.place();
            return !parts_.place.empty() && in_.take(']');
        }
        if (parts_.offset || in_.at_end()) return true;
        parts_.place = in_.place();
        return parts_.place.contains('/');
    }

    time_scanner in_;
    time_parts parts_;
    bool compact_ = false;                   ///< the date has no separators; the time of day may have none
    bool touches_ = false;                   ///< the time of day comes directly after the date
};

}  // namespace

auto usual_time(std::string_view text) -> std::optional<time_parts> { return usual_reader(text).read(); }

}  // namespace annals::cli::imports
