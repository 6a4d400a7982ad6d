// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/row_writer.hpp>
#include <annals/eventstore/limits.hpp>

#include <future>
#include <memory>
#include <utility>

namespace annals::cli::imports {

/// Stores rows of many streams, in large appends of which several are in progress at the same time.
///
/// Streams are assigned to writers by their key. Each writer has one batch in progress, in a thread of its own, so a
/// stream's events arrive in the order of the file. Each writer finds out which rows are stored already
/// (`row_writer.hpp`).
class parallel_writers {
public:
    static constexpr int writers = 8;
    static constexpr std::size_t batch_events_max = eventstore::limits::events;
    static constexpr std::size_t batch_bytes_max = 2 << 20;

    explicit parallel_writers(eventstore::store&);

    /// Waits for the batches in progress, whether they succeed or not.
    ~parallel_writers();
    parallel_writers(const parallel_writers&) = delete;
    auto operator=(const parallel_writers&) -> parallel_writers& = delete;

    /// May wait until a writer is free. Throws what the store throws.
    void add(file_row);

    /// Sends the rows that were added and waits until they are stored. Throws as `add` does.
    void finish();

    /// The results so far of the rows that were added.
    auto outcome() const -> const row_outcome& { return outcome_; }
    /// The rows refused since the last call.
    auto take_refused() -> std::vector<bad_row> { return std::exchange(outcome_.refused, {}); }

    /// After `finish`: how many streams had rows.
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
