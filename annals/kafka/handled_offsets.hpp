// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>

namespace annals::kafka {

/// Which records of a partition are dealt with, when they are so in another order than they came.
class handled_offsets {
public:
    void began(std::int64_t offset)
    {
        under_way_.insert(offset);
        if (!end_ || offset >= *end_) end_ = offset + 1;
    }
    void ended(std::int64_t offset) { under_way_.erase(offset); }

    /// All before this one are dealt with; nothing: none has come.
    auto next() const -> std::optional<std::int64_t> { return under_way_.empty() ? end_ : *under_way_.begin(); }

private:
    std::set<std::int64_t> under_way_;
    std::optional<std::int64_t> end_;
};

}  // namespace annals::kafka
