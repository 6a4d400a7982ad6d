// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/import/row_writer.hpp>
#include <eventstore/limits.hpp>

#include <future>
#include <memory>
#include <utility>

namespace annals::cli::imports {

/// Stores rows of many streams, in large appends of which several are under way at a time.
///
/// Streams are dealt out to writers by their key; each has one batch under way, in a thread of its own, so a stream's
/// events arrive in the order of the file. What is there already is found out by each writer (`row_writer.hpp`).
class parallel_writers {
public:
    static constexpr int writers = 8;
    static constexpr std::size_t batch_events_max = eventstore::limits::events;
    static constexpr std::size_t batch_bytes_max = 2 << 20;

    explicit parallel_writers(eventstore::store&);

    /// Waits for what is under way, whatever comes of it.
    ~parallel_writers();
    parallel_writers(const parallel_writers&) = delete;
    auto operator=(const parallel_writers&) -> parallel_writers& = delete;

    /// May wait until a writer is free. Throws what the store throws.
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
    struct writer {
        explicit writer(eventstore::store& store) : work(store) {}

        row_writer work;
        std::vector<file_row> filling;
        std::size_t bytes = 0;
        std::future<row_outcome> under_way;
    };

    void send(writer&);
    void settle(writer&);

    std::vector<std::unique_ptr<writer>> writers_;
    row_outcome outcome_;
};

}  // namespace annals::cli::imports
