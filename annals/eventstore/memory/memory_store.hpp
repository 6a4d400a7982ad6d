// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/store.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace annals::eventstore::memory {

struct category_records;
struct resent;

/// The whole contract of a store, in memory: for tests and experiments. Nothing is kept when it is destroyed.
/// Calls an append's `done` before `append` returns, holding no lock.
class memory_store : public store {
public:
    explicit memory_store(int default_partitions = 8);
    ~memory_store() override;

    using store::append;
    void append(append_request, on_appended done) override;
    auto find_appended(std::string_view category, std::string_view idempotency_key,
                       std::optional<std::string_view> used_for = {}) -> std::optional<append_result> override;

    auto read(const stream_id&, const stream_range& = {}) -> std::vector<recorded_event> override;
    auto read_logs(std::span<const log_cursor>, const page_size& = {}, direction = direction::forwards)
        -> std::vector<recorded_event> override;
    auto watermarks(std::span<const log_cursor>) -> std::vector<std::optional<timestamp>> override;
    auto heads(std::string_view category) -> std::vector<log_position> override;

    auto categories() -> std::vector<category> override;
    auto find_category(std::string_view name) -> std::optional<category> override;
    void ensure_category(const category&) override;

    auto changes() -> change_signal& override { return changes_; }

private:
    auto find(std::string_view category) const -> const category_records*;
    auto create(const category&) -> category_records&;

    auto verdict(const append_request&) -> append_result;
    auto find_resent(const append_request&) const -> std::vector<resent>;
    auto failed_checks(const append_request&) const -> std::vector<failed_check>;
    auto write(const append_request&) -> appended;

    const int default_partitions_;
    std::mutex mutex_;                       // guards categories_
    std::map<std::string, std::unique_ptr<category_records>, std::less<>> categories_;
    change_signal changes_;
};

}  // namespace annals::eventstore::memory
