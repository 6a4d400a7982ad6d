// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/append.hpp>
#include <annals/libpq/session_pool.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace annals::eventstore::postgres {

/// The log of one stream: its number in the database, and its partition in the category.
struct stream_log {
    std::int32_t number = 0;
    int partition = 0;
};

/// A category and the numbers of its logs, by partition. Neither ever changes.
struct category_logs {
    category of;
    std::vector<std::int32_t> logs;

    /// The log in which the events of this key are.
    auto log_of(std::string_view key) const -> stream_log;
};

/// Which logs there are. Queries the server once per category and remembers the answer. Thread-safe.
class log_directory {
public:
    explicit log_directory(libpq::session_pool& sessions) : sessions_(sessions) {}

    /// Nothing when there is no such category (yet).
    auto find(std::string_view category) -> std::shared_ptr<const category_logs>;
    /// Creates the category if it does not exist; never changes an existing one.
    auto find_or_create(const category&) -> std::shared_ptr<const category_logs>;
    auto all() -> std::vector<category>;

    /// Throws `mismatch` when the category has another number of partitions.
    void ensure(const category&);

private:
    auto remembered(std::string_view category) const -> std::shared_ptr<const category_logs>;

    libpq::session_pool& sessions_;
    mutable std::shared_mutex mutex_;
    std::map<std::string, std::shared_ptr<const category_logs>, std::less<>> known_;
};

}  // namespace annals::eventstore::postgres
