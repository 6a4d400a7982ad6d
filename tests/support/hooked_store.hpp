// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <tests/support/passing_store.hpp>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace annals::tests {

/// Passes everything on to another store, and counts. A test says what happens before an append or a read. Set the
/// hooks while nobody uses the store; what they do must be thread-safe.
class hooked_store final : public passing_store {
public:
    using passing_store::passing_store;
    /// Of a store in memory that belongs to this one.
    hooked_store() : passing_store(std::make_shared<eventstore::memory::memory_store>()) {}

    /// What it throws is the append's outcome.
    std::function<void(eventstore::append_request&)> before_append;
    /// What it throws is thrown by the read.
    std::function<void(std::span<const eventstore::log_cursor>)> before_read_logs;
    /// Changes what was found, or takes it away.
    std::function<void(std::span<const eventstore::log_cursor>, std::vector<std::optional<eventstore::timestamp>>&)>
        after_watermarks;
    std::atomic<bool> is_away = false;       ///< logs cannot be read
    std::atomic<int> appends = 0;
    std::atomic<int> reads = 0, events_read = 0;  ///< of streams
    std::atomic<int> log_reads = 0, watermark_reads = 0;

    /// The store without hooks and counts: what another process would use.
    using passing_store::behind;

    /// From now on calls go to `behind`: the store has another incarnation. `behind` must live longer.
    void restore(eventstore::store& behind)
    {
        pass_on_to(behind);
        ++restored_;
    }

    using passing_store::append;
    void append(eventstore::append_request request, eventstore::on_appended done) override
    {
        ++appends;
        try {
            if (before_append) before_append(request);
        } catch (...) {
            return done(std::current_exception());
        }
        passing_store::append(std::move(request), std::move(done));
    }
    auto read(const eventstore::stream_id& stream, const eventstore::stream_range& range = {})
        -> std::vector<eventstore::recorded_event> override
    {
        auto events = passing_store::read(stream, range);
        ++reads;
        events_read += static_cast<int>(events.size());
        return events;
    }
    auto read_logs(std::span<const eventstore::log_cursor> cursors, const eventstore::page_size& page = {},
                   eventstore::direction order = eventstore::direction::forwards)
        -> std::vector<eventstore::recorded_event> override
    {
        if (is_away) throw eventstore::unavailable("the log is away");
        if (before_read_logs) before_read_logs(cursors);
        ++log_reads;
        return passing_store::read_logs(cursors, page, order);
    }
    auto watermarks(std::span<const eventstore::log_cursor> cursors)
        -> std::vector<std::optional<eventstore::timestamp>> override
    {
        auto found = passing_store::watermarks(cursors);
        ++watermark_reads;
        if (after_watermarks) after_watermarks(cursors, found);
        return found;
    }
    auto incarnation() -> std::optional<std::string> override
    {
        if (restored_ == 0) return passing_store::incarnation();
        return "restored " + std::to_string(restored_);
    }

private:
    std::atomic<int> restored_ = 0;
};

/// A hook that acts the first time only.
inline auto only_once(std::function<void()> act)
{
    return [act = std::move(act), was_called = std::make_shared<std::atomic<bool>>()](const auto&) {
        if (!was_called->exchange(true)) act();
    };
}

}  // namespace annals::tests
