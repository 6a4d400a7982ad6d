// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/obstacle.hpp>
#include <eventstore/kafka/partition_progress.hpp>
#include <eventstore/kafka/producer.hpp>
#include <eventstore/kafka/settings.hpp>
#include <eventstore/store.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace annals::eventstore::kafka {

/// Carries logs into their partitions with one producer, which they share for better or worse: a record that is refused
/// for good breaks it for all. Logs that had trouble therefore have a carrier of their own until that is over.
/// For one thread.
class carrier {
public:
    using partitions = std::map<log_id, std::unique_ptr<partition_progress>>;

    carrier(store&, const settings&, std::string incarnation);

    void take(std::unique_ptr<partition_progress>);
    auto all() const -> const partitions& { return partitions_; }
    auto is_empty() const -> bool { return partitions_.empty(); }

    /// Reads the next page of every log that has room and hands it to the producer; whether there was anything.
    auto carry() -> bool;
    /// Takes acknowledgements. Throws `unavailable` when no broker can be reached.
    void serve(std::chrono::milliseconds wait) { producer_.serve(wait); }
    /// Whether acknowledgements are what is waited for.
    auto is_full() const -> bool;
    void flush(std::chrono::milliseconds timeout) { producer_.flush(timeout); }

    /// What went wrong with logs since this was last asked; those have ended.
    auto take_obstacles() -> std::map<log_id, obstacle> { return std::exchange(obstacles_, {}); }
    /// Whose topics turned out to be others; those have ended.
    auto take_replaced() -> std::vector<log_id> { return std::exchange(replaced_, {}); }

    /// Why its producer takes nothing any more; nothing while it does.
    auto broken() const -> const std::optional<std::string>& { return producer_.broken(); }
    /// Drops what is under way.
    void give_up() { producer_.give_up(); }

    /// Those that have ended with nothing under way are removed.
    void forget_ended();
    /// Takes away those that have nothing under way, as far as they may leave.
    auto release_idle(const std::function<bool(const partition_progress&)>& may_leave = {})
        -> std::vector<std::unique_ptr<partition_progress>>;

private:
    auto read(const std::vector<log_cursor>&) -> std::vector<recorded_event>;
    auto offer(partition_progress&, const recorded_event&) -> bool;
    void acknowledge(partition_progress&, std::int64_t offset);
    void refuse(partition_progress&, obstacle);

    store& store_;
    const settings settings_;
    const std::string incarnation_;
    partitions partitions_;  // outlive the producer, which points to them
    std::map<log_id, obstacle> obstacles_;
    std::vector<log_id> replaced_;
    producer producer_;
};

}  // namespace annals::eventstore::kafka
