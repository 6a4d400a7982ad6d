// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/row_counts.hpp>

#include <cstring>
#include <utility>

namespace annals::cli::imports {

auto row_counts::of(const eventstore::uuid& content) -> count&
{
    if (used_ * 4 >= slots_.size() * 3) grow();
    auto& found = find(content);
    if (found.is_free()) {
        found.content = content;
        ++used_;
    }
    return found.counted;
}

/// The slot of a content, or the free one where it belongs. A digest is practically random, so its first bytes choose
/// the slot.
auto row_counts::find(const eventstore::uuid& content) -> slot&
{
    std::uint64_t place = 0;
    std::memcpy(&place, content.data, sizeof place);
    for (auto at = place % slots_.size();; at = (at + 1) % slots_.size())
        if (slots_[at].is_free() || slots_[at].content == content) return slots_[at];
}

void row_counts::grow()
{
    const auto before = std::exchange(slots_, std::vector<slot>(slots_.empty() ? 64 : slots_.size() * 2));
    for (const auto& each : before)
        if (!each.is_free()) find(each.content) = each;
}

}  // namespace annals::cli::imports
