// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/duration_text.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace annals::sagas {
namespace {

/// Largest first.
constexpr auto units = std::to_array<std::pair<std::string_view, std::int64_t>>(
    {{"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}});

}  // namespace

auto duration_text(std::chrono::milliseconds duration) -> std::string
{
    const std::int64_t count = duration.count();
    if (count == 0) return "0 s";
    const auto unit = std::ranges::find_if(units, [&](const auto& one) { return count % one.second == 0; });
    return std::to_string(count / unit->second) + " " + std::string(unit->first);
}

auto duration_from(std::string_view text) -> std::optional<std::chrono::milliseconds>
{
    std::int64_t count = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (fault != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(' ')) text.remove_prefix(1);

    const auto unit = std::ranges::find(units, text, &std::pair<std::string_view, std::int64_t>::first);
    std::int64_t milliseconds = 0;
    if (unit == units.end() || __builtin_mul_overflow(count, unit->second, &milliseconds)) return std::nullopt;
    return std::chrono::milliseconds(milliseconds);
}

}  // namespace annals::sagas
