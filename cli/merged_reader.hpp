// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/store.hpp>

#include <deque>
#include <optional>
#include <vector>

namespace annals::cli {

/// Reads several logs as one, by the time of recording (which never goes back within a log). Holds a page of each.
class merged_reader {
public:
    merged_reader(eventstore::store&, std::vector<eventstore::log_cursor> after);

    /// The next event; nothing when all of them have been read. Asked again later, it finds what is new.
    auto next() -> std::optional<eventstore::recorded_event>;

private:
    struct source {
        eventstore::log_cursor at;
        std::deque<eventstore::recorded_event> page;
        bool ended = false;
    };

    void fill();

    eventstore::store& store_;
    std::vector<source> sources_;
};

}  // namespace annals::cli
