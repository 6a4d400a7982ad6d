// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/page_ahead.hpp>

#include <algorithm>
#include <utility>

namespace annals::processors {

auto page_ahead::page::comes_after(std::span<const eventstore::log_cursor> cursors) const -> bool
{
    return std::ranges::equal(after, cursors, [](const auto& one, const auto& other) {
        return one.log == other.log && one.position == other.position;
    });
}

void page_ahead::ask(std::vector<eventstore::log_cursor> after, const eventstore::page_size& size)
{
    asked_ = std::async(std::launch::async, [&from = feed_, after = std::move(after), size]() mutable {
        auto events = from.next(after, size);
        return page{std::move(after), std::move(events)};
    });
}

auto page_ahead::take() -> std::optional<page>
{
    if (!asked_.valid()) return std::nullopt;
    return asked_.get();
}

}  // namespace annals::processors
