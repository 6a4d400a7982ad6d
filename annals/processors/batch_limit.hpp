// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

namespace annals::processors {

/// How many events a batch may have when the database cancels batches that take too long. A cancelled batch halves
/// it; eight successful ones in a row double it. So of nine batches at most one is done twice.
class batch_limit {
public:
    auto events() const -> std::size_t { return events_; }

    void missed(std::size_t events_of_batch)
    {
        events_ = std::max<std::size_t>(1, events_of_batch / 2);
        kept_ = 0;
    }

    void kept()
    {
        if (events_ == none || ++kept_ < kept_before_growth) return;
        events_ = events_ > none / 2 ? none : events_ * 2;
        kept_ = 0;
    }

private:
    static constexpr auto none = std::numeric_limits<std::size_t>::max();
    static constexpr int kept_before_growth = 8;

    std::size_t events_ = none;
    int kept_ = 0;
};

}  // namespace annals::processors
