// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <annals/kafka/obstacle.hpp>
#include <annals/kafka/partition_progress.hpp>
#include <annals/kafka/producer.hpp>
#include <annals/kafka/settings.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace annals::kafka {

/// Publishes logs to their partitions with one shared producer: a record that is refused for good breaks it for all
/// of them. Logs that had errors therefore have a carrier of their own until they work again. For one thread.
class carrier {
public:
    using partitions = std::map<eventstore::log_id, std::unique_ptr<partition_progress>>;

    carrier(eventstore::store&, const settings&, std::string incarnation);

    void take(std::unique_ptr<partition_progress>);
    auto all() const -> const partitions& { return partitions_; }
    auto is_empty() const -> bool { return partitions_.empty(); }

    /// Reads the next page of every log that has room and hands it to the producer. Returns whether there were
    /// events. Logs that have caught up go in rounds: what is appended while a round is under way goes with
    /// the next one, so that an event costs less the more there are. After a large round there is a short pause.
    auto carry() -> bool;
    /// How long the next round waits at most; nothing: it may begin.
    auto gathers_for() -> std::optional<std::chrono::nanoseconds>;
    /// Waits for that, or for an acknowledgement; returns false when there is nothing to wait for.
    auto gather() -> bool;
    /// Takes acknowledgements. Throws `unavailable` when no broker can be reached.
    void serve(std::chrono::milliseconds wait) { producer_.serve(wait); }
    /// Whether it waits for acknowledgements.
    auto is_full() const -> bool;
    void flush(std::chrono::milliseconds timeout) { producer_.flush(timeout); }

    /// Errors of logs since the last call; these logs have ended.
    auto take_obstacles() -> std::map<eventstore::log_id, obstacle> { return std::exchange(obstacles_, {}); }
    /// Why its producer is broken; nothing while it works.
    auto broken() const -> const std::optional<std::string>& { return producer_.broken(); }
    /// Drops what is in flight.
    void give_up() { producer_.give_up(); }

    /// Removes logs that have ended and have nothing in flight.
    void forget_ended();
    /// Takes out the logs that have nothing in flight, of those that `may_leave` allows.
    auto release_idle(const std::function<bool(const partition_progress&)>& may_leave = {})
        -> std::vector<std::unique_ptr<partition_progress>>;

private:
    auto read(const std::vector<eventstore::log_cursor>&) -> std::vector<eventstore::recorded_event>;
    auto offer(partition_progress&, const eventstore::recorded_event&) -> bool;
    void acknowledge(partition_progress&, std::int64_t offset);
    void refuse(partition_progress&, obstacle);
    auto is_under_way() const -> bool;
    auto pause() const -> std::chrono::nanoseconds;

    eventstore::store& store_;
    const settings settings_;
    const std::string incarnation_;
    partitions partitions_;  // outlive the producer, which points to them
    std::map<eventstore::log_id, obstacle> obstacles_;
    bool is_behind_ = false;  // the last read found more than a round's events
    std::chrono::steady_clock::time_point round_began_;
    std::optional<std::chrono::nanoseconds> round_took_;  // nothing while it is under way
    bool is_busy_ = false;                                // it had more than an event a log
    producer producer_;
};

}  // namespace annals::kafka
