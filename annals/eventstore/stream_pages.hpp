// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/reading.hpp>

#include <vector>

namespace annals::eventstore {

/// The pages of a stream, one after the other; an empty one at the end. Does not filter by type.
class stream_pages {
public:
    stream_pages(store& from, stream_id stream, const selection<stream_version>& wanted);

    auto operator()() -> std::vector<recorded_event>;

private:
    void find_times();
    auto is_last(const std::vector<recorded_event>& page) const -> bool;

    store* store_;
    stream_id stream_;
    std::optional<timestamp> from_time_, upto_time_;     ///< until they have been found
    stream_range rest_;
    bool is_at_end_ = false;
};

}  // namespace annals::eventstore
