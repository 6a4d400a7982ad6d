// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <memory>

namespace annals::tests {

/// Passes everything on to another store. Tests override what they watch or break.
class passing_store : public eventstore::store {
public:
    explicit passing_store(std::shared_ptr<eventstore::store> behind) : behind_(std::move(behind)) {}
    /// Of a store that lives longer.
    explicit passing_store(eventstore::store& behind) { pass_on_to(behind); }

    using store::append;
    void append(eventstore::append_request request, eventstore::on_appended done) override
    {
        behind_->append(std::move(request), std::move(done));
    }
    auto find_appended(std::string_view category, std::string_view idempotency_key,
                       std::optional<std::string_view> used_for = {})
        -> std::optional<eventstore::append_result> override
    {
        return behind_->find_appended(category, idempotency_key, used_for);
    }
    auto read(const eventstore::stream_id& stream, const eventstore::stream_range& range = {})
        -> std::vector<eventstore::recorded_event> override
    {
        return behind_->read(stream, range);
    }
    auto read_logs(std::span<const eventstore::log_cursor> cursors, const eventstore::page_size& page = {},
                   eventstore::direction order = eventstore::direction::forwards)
        -> std::vector<eventstore::recorded_event> override
    {
        return behind_->read_logs(cursors, page, order);
    }
    auto watermarks(std::span<const eventstore::log_cursor> cursors)
        -> std::vector<std::optional<eventstore::timestamp>> override
    {
        return behind_->watermarks(cursors);
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
    auto changes() -> eventstore::change_signal& override { return behind_->changes(); }
    auto incarnation() -> std::optional<std::string> override { return behind_->incarnation(); }

protected:
    auto behind() const -> eventstore::store& { return *behind_; }
    /// The store from now on; it must live longer, too.
    void pass_on_to(eventstore::store& behind) { behind_ = {std::shared_ptr<void>(), &behind}; }

private:
    std::shared_ptr<eventstore::store> behind_;
};

}  // namespace annals::tests
