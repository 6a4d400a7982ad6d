// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/reading.hpp>
#include <annals/eventstore/time_bounds.hpp>

#include <cstdint>
#include <deque>
#include <future>
#include <optional>
#include <string>
#include <vector>

namespace annals::eventstore {

/// The events of several logs of a category as one sequence, by time of recording, then by partition. Comes in pages,
/// with an empty one at the end; while one is handed out, the next ones are read in another thread. Does not filter by
/// type.
class log_pages {
public:
    /// All logs, or only that of one partition.
    log_pages(store& from, std::string category, std::optional<int> partition, const selection<token>& wanted);

    auto operator()() -> std::vector<recorded_event>;

private:
    struct source {
        log_cursor at;
        std::int64_t left = 0;               ///< events to come, without those of the page
        std::vector<recorded_event> page = {};
        std::size_t next = 0;                ///< of the page
        std::vector<recorded_event> ahead = {};    ///< the page after it

        auto is_used_up() const -> bool { return next == page.size(); }
        auto wants_page() const -> bool { return ahead.empty() && left > 0; }
    };

    void begin();
    auto bounds_of(const log_id&, log_position head) const -> number_bounds;
    void fill();
    auto ask(std::launch, std::size_t logs_max) -> bool;
    auto is_asked(int partition) const -> bool;
    void take_first_asked();
    auto merge() -> std::vector<recorded_event>;

    store* store_;
    std::string category_;
    std::optional<int> partition_;
    selection<token> wanted_;
    bool is_begun_ = false;
    std::vector<source> sources_;            ///< the logs that have not ended

    /// Pages of several logs that are being read, in one call.
    struct asked {
        std::vector<int> partitions;
        std::future<std::vector<recorded_event>> pages;
    };
    std::deque<asked> asked_;
};

}  // namespace annals::eventstore
