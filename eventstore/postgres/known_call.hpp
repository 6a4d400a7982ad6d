// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append_call.hpp>
#include <eventstore/postgres/known_ends.hpp>

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::eventstore::postgres {

/// Appends whose positions and versions are known before they are sent, since the ends of their logs are: the statement
/// only inserts, and the unique indexes refuse all of it when somebody else has been there. For appends that write to
/// every stream they name, have no idempotency key, and were not sent before.
class known_call {
public:
    /// Nothing when one of the appends is not like that, or is refused by what is known. The appends must outlive it.
    static auto plan(appends, const known_ends&) -> std::optional<known_call>;

    /// Logs of which it is not known when they were last written to.
    auto logs_without_time() const -> std::vector<std::int32_t>;

    /// Whether `append_known_event` can send it; otherwise `append_known`.
    auto is_one_event() const -> bool;

    /// For that statement; `table` as it was when the ends became known.
    auto parameters_for(std::int64_t table) const -> parameters;

    /// What it has done, unless it was refused.
    auto verdicts() && -> std::vector<verdict>;

private:
    using stream_name = std::pair<std::int32_t, std::string_view>;  // log and key

    known_call(appends all, const known_ends& known) : all_(all), known_(&known) {}
    auto add(const addressed_request&) -> bool;
    auto last_written() const -> timestamp;
    auto parameters_of_one(std::int64_t table) const -> parameters;
    auto parameters_of_all(std::int64_t table) const -> parameters;
    auto version_before(std::int32_t log, const stream_append&) -> std::optional<std::int64_t>;

    appends all_;
    const known_ends* known_;
    std::vector<appended> results_;
    std::map<std::int32_t, std::int64_t> positions_;  ///< of each log, the last one so far
    std::map<stream_name, std::int64_t> versions_;  ///< of each stream, the last one so far
    std::vector<std::pair<stream_name, std::int64_t>> to_be_there_;  ///< expected, and not remembered
};

}  // namespace annals::eventstore::postgres
