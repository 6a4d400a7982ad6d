// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/memory/memory_store.hpp>
#include <facts/event_type.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <utility>

namespace annals::tests {

/// Counts reads, and lets another writer in before an append.
class counting_store final : public eventstore::memory::memory_store {
public:
    using memory_store::append;
    void append(eventstore::append_request request, eventstore::on_appended done) override
    {
        ++appends;
        if (const auto act = take_act()) act();
        memory_store::append(std::move(request), std::move(done));
    }

    auto read(const eventstore::stream_id& stream, const eventstore::stream_range& range)
        -> std::vector<eventstore::recorded_event> override
    {
        auto events = memory_store::read(stream, range);
        ++reads;
        events_read += static_cast<int>(events.size());
        return events;
    }

    /// Another process records a fact.
    template <class Fact>
    void record(const eventstore::stream_id& stream, const Fact& fact)
    {
        (void)memory_store::append(
            {.streams = {{stream, eventstore::expected_version::any(), {facts::to_new_event(fact)}}}});
    }

    std::atomic<int> appends = 0, reads = 0, events_read = 0;
    std::function<void()> before_append;     ///< set it while no append runs

private:
    auto take_act() -> std::function<void()>
    {
        const std::scoped_lock lock(mutex_);
        return std::exchange(before_append, nullptr);
    }

    std::mutex mutex_;
};

}  // namespace annals::tests
