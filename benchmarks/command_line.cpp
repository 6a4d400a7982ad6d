// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/command_line.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iomanip>
#include <optional>
#include <sstream>

namespace annals::benchmarks {
namespace {

auto number_of(std::string_view text) -> std::optional<double>
{
    double number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return {};
    return number;
}

/// `--seconds NUMBER`
auto usage_of(const option_of& one) -> std::string
{
    const std::string name(one.name);
    if (one.takes == option_of::kind::flag) return name;
    return name + (one.takes == option_of::kind::text ? " TEXT" : " NUMBER");
}

void check_value(const std::string& before, const option_of& wanted, std::string_view value)
{
    if (wanted.takes == option_of::kind::text) return;
    const auto number = number_of(value);
    if (number && *number >= wanted.least) return;
    std::ostringstream message;
    message << before << wanted.name << " is a number from " << wanted.least << " on, not \"" << value << '"';
    throw wrong_usage(message.str());
}

/// Where the value of `--name value` is, or nullptr.
auto value_of(std::span<char*> arguments, std::string_view name) -> const char*
{
    for (std::size_t at = 0; at + 1 < arguments.size(); ++at)
        if (arguments[at] == name) return arguments[at + 1];
    return nullptr;
}

}  // namespace

void check(const benchmark& called, std::span<char*> arguments)
{
    const auto before = std::string(called.name) + ": ";
    const auto hint = "; see: ./dev bench " + std::string(called.name) + " --help";
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string given = arguments[at];
        const auto wanted = std::ranges::find(called.options, given, &option_of::name);
        if (wanted == called.options.end()) throw wrong_usage(before + "does not take \"" + given + "\"" + hint);
        if (wanted->takes == option_of::kind::flag) continue;
        if (++at == arguments.size()) throw wrong_usage(before + given + " lacks its value: " + usage_of(*wanted));
        check_value(before, *wanted, arguments[at]);
    }
}

auto no_workload(std::string_view text, std::span<const std::string> names) -> wrong_usage
{
    auto message = "no workload is called \"" + std::string(text) + "\"; these are there:";
    for (const auto& name : names) message += "\n  " + name;
    return wrong_usage(message);
}

auto help_of(const benchmark& one) -> std::string
{
    std::ostringstream page;
    page << "./dev bench " << one.name << " [OPTIONS]: " << one.says << "\n\n";
    for (const auto& each : one.options)
        page << "  " << std::left << std::setw(24) << usage_of(each) << each.says << '\n';
    return page.str();
}

auto help_of(std::span<const benchmark> all) -> std::string
{
    std::ostringstream page;
    page << "./dev bench NAME [OPTIONS]: measures, prints a table and, as its last line, the same as JSON\n\n";
    for (const auto& each : all) page << "  " << std::left << std::setw(16) << each.name << each.says << '\n';
    page << "\n./dev bench NAME --help lists its options; "
            "docs/measurements/benchmarks.md says what the figures mean.\n";
    return page.str();
}

auto option(std::span<char*> arguments, std::string_view name, double otherwise) -> double
{
    const auto* value = value_of(arguments, name);
    return value == nullptr ? otherwise : number_of(value).value();
}

auto text_option(std::span<char*> arguments, std::string_view name) -> std::string_view
{
    const auto* value = value_of(arguments, name);
    return value == nullptr ? std::string_view{} : value;
}

auto has(std::span<char*> arguments, std::string_view name) -> bool
{
    return std::ranges::find(arguments, name, [](char* each) { return std::string_view(each); }) != arguments.end();
}

}  // namespace annals::benchmarks
