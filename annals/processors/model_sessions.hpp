// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor.hpp>

#include <pqxx/pqxx>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace annals::processors {

/// A session with the database of the read models, and the processor that it is prepared for.
struct model_session {
    model_session(pqxx::connection opened) : link(std::move(opened)) {}

    pqxx::connection link;
    std::optional<processor_id> prepared_for;
};

/// The sessions that the processors of a process share: opened when they are needed, never more than a given number.
/// Each is lent to one processor at a time. Thread-safe.
class model_sessions {
public:
    /// What they are called in `pg_stat_activity` and in outages.
    static constexpr auto part = "projections";

    /// `sessions_max`: 0 counts as 1.
    model_sessions(std::string dsn, std::size_t sessions_max);

    /// The session that this processor had last, if it is free; otherwise a new one, or one of another processor, of
    /// which nothing is left (DISCARD ALL). Waits while all are lent; those that wait get them in the order in which
    /// they came. Throws `eventstore::unavailable` when it is told to stop, and what `open_model_connection` throws.
    auto lend(const processor_id& to, const std::stop_token&) -> model_session;

    /// Each session that was lent is given back, or closed because it is not trusted any more.
    void give_back(model_session);
    void close(model_session);

    /// Closes those that are not lent: the server may have been restarted.
    void close_idle();

    /// Whether a processor waits for one.
    auto is_awaited() const -> bool;

private:
    auto take_idle(const processor_id&) -> std::optional<model_session>;
    auto is_fit_for(const processor_id&, model_session& idle) -> bool;
    auto open() const -> model_session;
    void free_place();

    const std::string dsn_;
    const std::size_t sessions_max_;
    mutable std::mutex mutex_;  // guards all below
    std::condition_variable_any changed_;
    std::deque<model_session> idle_;  // the longest unused first
    std::size_t lent_ = 0;
    std::deque<std::uint64_t> waiting_;
    std::uint64_t last_turn_ = 0;
};

}  // namespace annals::processors
