// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/timestamp.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <ranges>

namespace annals::eventstore {

/// The numbers above `after` and up to `upto`: versions of a stream, or positions of a log.
struct number_bounds {
    std::int64_t after = 0;
    std::int64_t upto = 0;

    auto size() const -> std::int64_t { return std::max<std::int64_t>(upto - after, 0); }
};

/// Narrows the bounds to the events recorded between two times, both included. `recorded_at` gives the time of a
/// number and never goes back from one number to the next. It is called log2(size) times for each bound.
auto within_times(number_bounds all, std::optional<timestamp> from, std::optional<timestamp> upto,
                  std::invocable<std::int64_t> auto recorded_at) -> number_bounds
{
    const auto last_where = [&](auto is_before) {
        const auto numbers = std::views::iota(all.after + 1, all.after + all.size() + 1);
        return *std::ranges::partition_point(numbers, is_before, recorded_at) - 1;
    };
    auto found = all;
    if (from) found.after = last_where([&](timestamp at) { return at < *from; });
    if (upto) found.upto = last_where([&](timestamp at) { return at <= *upto; });
    return found;
}

}  // namespace annals::eventstore
