// SPDX-License-Identifier: Apache-2.0
#include <tests/examples/hospital/expected_rows.hpp>

#include <tests/examples/hospital/sepsis.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace annals::tests::sepsis {
namespace {

auto type_of(const row& from) -> std::string { return from.at("concept:name"); }
auto month_of(const row& from) -> std::string { return from.at("time:timestamp").substr(0, 7); }

/// As PostgreSQL shows a time of the file, all of which are in UTC: `2014-10-22 11:15:41+00`.
auto time_of(const row& from) -> std::string
{
    const auto text = from.at("time:timestamp");
    if (!text.ends_with("+00:00")) throw std::runtime_error("a time that is not in UTC: " + text);
    return text.substr(0, text.size() - 3);
}

auto seconds_of(const row& from) -> std::int64_t
{
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (std::sscanf(time_of(from).c_str(), "%d-%d-%d %d:%d:%d", &y, &mo, &d, &h, &mi, &s) != 6)
        throw std::runtime_error("not a time: " + time_of(from));
    using namespace std::chrono;
    const sys_days day{year{y} / mo / d};
    return day.time_since_epoch().count() * 86'400LL + h * 3600 + mi * 60 + s;
}

/// A quotient rounded half away from zero, with this many decimals.
auto quotient(std::int64_t dividend, std::int64_t divisor, int decimals) -> std::string
{
    std::int64_t one = 1;
    for (int i = 0; i < decimals; ++i) one *= 10;
    const auto rounded = (2 * std::llabs(dividend) * one + divisor) / (2 * divisor);
    auto fraction = std::to_string(rounded % one);
    fraction.insert(0, static_cast<std::size_t>(decimals) - fraction.size(), '0');
    return (dividend < 0 && rounded != 0 ? "-" : "") + std::to_string(rounded / one) + "." + fraction;
}

/// A decimal number in millionths.
auto millionths(const std::string& text) -> std::int64_t
{
    const auto point = std::min(text.find('.'), text.size());
    auto fraction = text.substr(std::min(point + 1, text.size()));
    if (fraction.size() > 6 || text.find_first_not_of("0123456789.") != std::string::npos)
        throw std::runtime_error("not a plain number: " + text);
    fraction.resize(6, '0');
    return std::stoll(text.substr(0, point)) * 1'000'000 + std::stoll(fraction);
}

auto shortest(std::int64_t of_millionths) -> std::string
{
    auto text = quotient(of_millionths, 1'000'000, 6);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

}  // namespace

auto activity_counts() -> std::vector<std::string>
{
    std::map<std::string, std::vector<std::string>> times;
    for (const auto& each : rows()) times[type_of(each)].push_back(time_of(each));
    std::vector<std::string> lines;
    for (const auto& [type, all] : times)
        lines.push_back(type + "|" + std::to_string(all.size()) + "|" + std::ranges::min(all) + "|"
                        + std::ranges::max(all));
    return lines;
}

auto journeys() -> std::vector<std::string>
{
    std::vector<std::string> lines;
    for (const auto& [patient, all] : patients()) {
        const auto has = [](const char* type) { return [type](const row& each) { return type_of(each) == type; }; };
        const auto registered = std::ranges::find_if(all, has("ER Registration"));
        const auto antibiotics = std::ranges::find_if(all, has("IV Antibiotics"));
        auto line = patient + "|" + std::to_string(all.size()) + "|" + type_of(all.front()) + "|" + time_of(all.front())
                    + "|" + type_of(all.back()) + "|" + time_of(all.back());
        if (registered != all.end() && antibiotics != all.end())
            line += "|" + quotient(seconds_of(*antibiotics) - seconds_of(*registered), 3600, 2);
        lines.push_back(line);
    }
    return lines;
}

auto laboratory_values() -> std::vector<std::string>
{
    std::map<std::pair<std::string, std::string>, std::vector<std::int64_t>> values;
    for (const auto& each : rows())
        for (const auto* measurement : {"CRP", "LacticAcid", "Leucocytes"})
            if (const auto value = value_of(each, measurement))
                values[{month_of(each), measurement}].push_back(millionths(*value));
    std::vector<std::string> lines;
    for (const auto& [of, all] : values) {
        std::int64_t total = 0;
        for (const auto value : all) total += value;
        const auto count = static_cast<std::int64_t>(all.size());
        lines.push_back(of.first + "-01|" + of.second + "|" + std::to_string(count) + "|"
                        + quotient(total, count * 1'000'000, 3) + "|" + shortest(std::ranges::max(all)));
    }
    return lines;
}

}  // namespace annals::tests::sepsis
