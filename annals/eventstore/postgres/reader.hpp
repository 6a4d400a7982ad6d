// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/log_directory.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/libpq/session_pool.hpp>

namespace annals::eventstore::postgres {

/// The reading half of the store. A read is one statement and one round trip; two for a page with large events.
/// Thread-safe.
class reader {
public:
    reader(libpq::session_pool& sessions, log_directory& logs) : sessions_(sessions), logs_(logs) {}

    auto read(const stream_id&, const stream_range&) -> std::vector<recorded_event>;
    auto read_logs(std::span<const log_cursor>, const page_size&, direction) -> std::vector<recorded_event>;
    auto watermarks(std::span<const log_cursor>) -> std::vector<std::optional<timestamp>>;
    auto heads(std::string_view category) -> std::vector<log_position>;
    auto find_appended(std::string_view category, std::string_view idempotency_key,
                       std::optional<std::string_view> used_for) -> std::optional<append_result>;

private:
    auto rows_of(std::int32_t log, const std::string& key, const stream_range&) -> libpq::result;

    libpq::session_pool& sessions_;
    log_directory& logs_;
};

}  // namespace annals::eventstore::postgres
