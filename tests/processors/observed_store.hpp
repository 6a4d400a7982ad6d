// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/errors.hpp>
#include <eventstore/store.hpp>

#include <atomic>

namespace annals::processors::tests {

/// Passes everything on to another store, counts how often a log is read, and is away or restored when it is told so.
class observed_store final : public eventstore::store {
public:
    explicit observed_store(eventstore::store& behind) : behind_(&behind) {}

    std::atomic<int> reads = 0;
    std::atomic<bool> is_away = false;

    /// From now on `behind` is what is passed on to: the store begins another life.
    void restore(eventstore::store& behind)
    {
        behind_ = &behind;
        ++life_;
    }

    using store::append;
    void append(eventstore::append_request request, eventstore::on_appended done) override
    {
        behind_->append(std::move(request), std::move(done));
    }
    auto find_appended(std::string_view category, std::string_view idempotency_key)
        -> std::optional<eventstore::appended> override
    {
        return behind_->find_appended(category, idempotency_key);
    }
    auto read(const eventstore::stream_id& stream, const eventstore::stream_range& range)
        -> std::vector<eventstore::recorded_event> override
    {
        return behind_->read(stream, range);
    }
    auto read_logs(std::span<const eventstore::log_cursor> cursors, const eventstore::page_size& page,
                   eventstore::direction order) -> std::vector<eventstore::recorded_event> override
    {
        if (is_away) throw eventstore::unavailable("the log is away");
        ++reads;
        return behind_->read_logs(cursors, page, order);
    }
    auto heads(std::string_view category) -> std::vector<eventstore::log_position> override
    {
        return behind_->heads(category);
    }
    auto categories() -> std::vector<eventstore::category> override { return behind_->categories(); }
    auto find_category(std::string_view name) -> std::optional<eventstore::category> override
    {
        return behind_->find_category(name);
    }
    void ensure_category(const eventstore::category& wanted) override { behind_->ensure_category(wanted); }
    auto bell() -> eventstore::doorbell& override { return behind_->bell(); }
    auto incarnation() -> std::optional<std::string> override { return std::to_string(life_); }

private:
    eventstore::store* behind_;
    std::atomic<int> life_ = 1;
};

}  // namespace annals::processors::tests
