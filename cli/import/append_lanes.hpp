// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/import/import_lane.hpp>
#include <eventstore/limits.hpp>

#include <future>
#include <memory>
#include <utility>

namespace annals::cli::imports {

/// Stores rows of many streams, in large appends of which several are under way at a time.
///
/// Streams are dealt out to lanes by their key; a lane has one batch under way, in a thread of its own, so a stream's
/// events arrive in the order of the file. What is there already is found out by each lane (`import_lane.hpp`).
class append_lanes {
public:
    static constexpr int lanes = 8;
    static constexpr std::size_t batch_events_max = eventstore::limits::events;
    static constexpr std::size_t batch_bytes_max = 2 << 20;

    explicit append_lanes(eventstore::store&);

    /// Waits for what is under way, whatever comes of it.
    ~append_lanes();
    append_lanes(const append_lanes&) = delete;
    auto operator=(const append_lanes&) -> append_lanes& = delete;

    /// May wait until a lane is free. Throws what the store throws.
    void add(file_row);

    /// Sends what was added and waits until it is stored. Throws as `add` does.
    void finish();

    /// What is known by now of the rows that were added.
    auto outcome() const -> const row_outcome& { return outcome_; }
    /// The refused ones since the last call.
    auto take_refused() -> std::vector<bad_row> { return std::exchange(outcome_.refused, {}); }

    /// After `finish`: in how many streams there were rows.
    auto streams() const -> std::uint64_t;

private:
    struct lane {
        explicit lane(eventstore::store& store) : work(store) {}

        import_lane work;
        std::vector<file_row> filling;
        std::size_t bytes = 0;
        std::future<row_outcome> under_way;
    };

    void send(lane&);
    void settle(lane&);

    std::vector<std::unique_ptr<lane>> lanes_;
    row_outcome outcome_;
};

}  // namespace annals::cli::imports
