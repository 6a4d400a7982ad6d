// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/append_call.hpp>
#include <annals/eventstore/postgres/append/head_cache.hpp>

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::eventstore::postgres {

/// Appends whose positions and versions are known before they are sent, since the ends of their logs are known. The
/// statement only inserts; the unique indexes refuse all of it when another writer came first. For appends that write
/// to every stream they name, have no idempotency key, and were not sent before.
class predicted_call {
public:
    /// Nothing when one of the appends does not qualify, or when the known ends refuse it. The appends must outlive
    /// it.
    static auto plan(appends, const head_cache&) -> std::optional<predicted_call>;

    /// Logs whose time of the last write is not known.
    auto logs_without_time() const -> std::vector<std::int32_t>;

    /// Whether `append_predicted_event` can send it; otherwise use `append_predicted`.
    auto is_one_event() const -> bool;

    /// The parameters of that statement; `table` as it was when the ends were read.
    auto parameters_for(std::int64_t table) const -> libpq::parameters;

    /// The result, if the server did not refuse the statement.
    auto verdicts() && -> std::vector<verdict>;

private:
    using stream_name = std::pair<std::int32_t, std::string_view>;  // log and key

    predicted_call(appends all, const head_cache& heads) : all_(all), heads_(&heads) {}
    auto add(const routed_append&) -> bool;
    auto last_written() const -> timestamp;
    auto parameters_of_one(std::int64_t table) const -> libpq::parameters;
    auto parameters_of_all(std::int64_t table) const -> libpq::parameters;
    auto version_before(std::int32_t log, const stream_append&) -> std::optional<std::int64_t>;

    appends all_;
    const head_cache* heads_;
    std::vector<appended> results_;
    std::map<std::int32_t, std::int64_t> positions_;  ///< of each log, the last one so far
    std::map<stream_name, std::int64_t> versions_;  ///< of each stream, the last one so far
    std::vector<std::pair<stream_name, std::int64_t>> to_be_there_;  ///< expected, but not known
};

}  // namespace annals::eventstore::postgres
