// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/feed.hpp>

#include <future>
#include <optional>
#include <span>
#include <vector>

namespace annals::processors {

/// A page of a feed that is read in another thread while the page before it is applied. For one thread.
class page_ahead {
public:
    struct page {
        std::vector<eventstore::log_cursor> after;
        std::vector<eventstore::recorded_event> events;

        auto comes_after(std::span<const eventstore::log_cursor>) const -> bool;
    };

    /// The feed must outlive this object.
    explicit page_ahead(feed& from) : feed_(from) {}

    /// Begins to read what comes after these cursors; an earlier page that was not taken is dropped.
    void ask(std::vector<eventstore::log_cursor> after, const eventstore::page_size&);

    /// The page that was asked for, if any; waits for it. Throws what `feed::next` threw.
    auto take() -> std::optional<page>;

    /// Drops it. Waits until it is read, as the destructor does.
    void forget() { asked_ = {}; }

private:
    feed& feed_;
    std::future<page> asked_;
};

}  // namespace annals::processors
