// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/report.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace annals::benchmarks {
namespace {

auto number(const std::optional<double>& value, int decimals) -> std::string
{
    if (!value) return "";
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, *value);
    std::string digits = text;
    const auto point = std::min(digits.find('.'), digits.size());
    for (auto at = point; at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

auto count(const std::optional<int>& value) -> std::string { return value ? std::to_string(*value) : ""; }

auto range(const std::optional<double>& from, const std::optional<double>& to, int decimals) -> std::string
{
    return from && to ? number(from, decimals) + "-" + number(to, decimals) : "";
}

auto total(const std::vector<double>& values) -> double { return std::accumulate(values.begin(), values.end(), 0.0); }

auto rounded(double value) -> double { return std::round(value * 1000) / 1000; }

auto to_json(const row& from) -> nlohmann::ordered_json
{
    nlohmann::ordered_json object{{"what", from.what}};
    if (from.peer) object["peer"] = *from.peer;
    if (from.callers) object["callers"] = *from.callers;
    if (from.events_per_append) object["events_per_append"] = *from.events_per_append;
    if (from.events_per_s) object["events_per_s"] = std::round(*from.events_per_s);
    if (from.events_per_s_min) object["events_per_s_min"] = std::round(*from.events_per_s_min);
    if (from.events_per_s_max) object["events_per_s_max"] = std::round(*from.events_per_s_max);
    if (from.p50_ms) object["p50_ms"] = rounded(*from.p50_ms);
    if (from.p99_ms) object["p99_ms"] = rounded(*from.p99_ms);
    if (from.worst_ms) object["worst_ms"] = rounded(*from.worst_ms);
    if (from.least_share) object["least_share"] = rounded(*from.least_share);
    if (from.most_share) object["most_share"] = rounded(*from.most_share);
    for (const auto& [program, time] : from.processor_us) object["processor_us"][program] = std::round(time);
    for (const auto& [other, ratio] : from.ratio_to) object["ratio_to"][other] = rounded(ratio);
    return object;
}

}  // namespace

auto median(std::vector<double> values) -> double { return percentile(values, 0.5); }

auto percentile(std::vector<double>& values, double part) -> double
{
    if (values.empty()) return 0;
    std::ranges::sort(values);
    const auto rank = part * static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(std::llround(rank))];
}

auto rates(const std::vector<sample>& all) -> std::vector<double>
{
    std::vector<double> each;
    for (const auto& one : all) each.push_back(one.events_per_s);
    return each;
}

auto ratio(const std::vector<sample>& of, const std::vector<sample>& to) -> double
{
    std::vector<double> each;
    for (std::size_t i = 0; i < of.size(); ++i) each.push_back(of[i].events_per_s / to[i].events_per_s);
    return median(each);
}

auto medians(const std::string& what, std::optional<int> callers, std::optional<int> events_per_append,
             std::vector<sample>& all) -> row
{
    row line{what, callers, events_per_append, median(rates(all)), {}, {}, {}};
    std::vector<double> p50, p99, worst, least, most;
    std::map<std::string, std::vector<double>> processor_us;
    for (auto& one : all) {
        if (one.events_of_callers.size() > 1) {
            const auto share = static_cast<double>(one.events_of_callers.size()) / total(one.events_of_callers);
            least.push_back(std::ranges::min(one.events_of_callers) * share);
            most.push_back(std::ranges::max(one.events_of_callers) * share);
        }
        for (const auto& [program, time] : one.processor_us) processor_us[program].push_back(time);
        if (one.latencies_ms.empty()) continue;
        p50.push_back(percentile(one.latencies_ms, 0.5));
        p99.push_back(percentile(one.latencies_ms, 0.99));
        worst.push_back(one.latencies_ms.back());
    }
    for (const auto& [program, times] : processor_us) line.processor_us[program] = median(times);
    if (!least.empty()) {
        line.least_share = median(least);
        line.most_share = median(most);
    }
    if (p50.empty()) return line;
    line.p50_ms = median(p50);
    line.p99_ms = median(p99);
    line.worst_ms = median(worst);
    return line;
}

void print(const std::string& benchmark, const std::vector<row>& rows)
{
    std::printf("%-44s %8s %8s %12s %19s %9s %9s %9s %11s   %s\n", "WORKLOAD", "CALLERS", "EVENTS", "EVENTS/S",
                "FROM-TO", "P50 MS", "P99 MS", "WORST MS", "SHARES", "RATIO");
    for (const auto& each : rows) {
        const auto what = each.what + (each.peer ? ": " + *each.peer : "");
        std::string ratios;
        for (const auto& [other, ratio] : each.ratio_to) ratios += number(ratio, 2) + " of " + other + "  ";
        for (const auto& [program, time] : each.processor_us) ratios += program + " " + number(time, 0) + " µs  ";
        std::printf("%-44s %8s %8s %12s %19s %9s %9s %9s %11s   %s\n", what.c_str(), count(each.callers).c_str(),
                    count(each.events_per_append).c_str(), number(each.events_per_s, 0).c_str(),
                    range(each.events_per_s_min, each.events_per_s_max, 0).c_str(), number(each.p50_ms, 2).c_str(),
                    number(each.p99_ms, 2).c_str(), number(each.worst_ms, 0).c_str(),
                    range(each.least_share, each.most_share, 2).c_str(), ratios.c_str());
    }
    nlohmann::ordered_json all{{"benchmark", benchmark}, {"rows", nlohmann::ordered_json::array()}};
    for (const auto& each : rows) all["rows"].push_back(to_json(each));
    std::printf("%s\n", all.dump().c_str());
}

}  // namespace annals::benchmarks
