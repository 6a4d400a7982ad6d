// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/publication.hpp>
#include <annals/eventstore/store.hpp>

#include <atomic>
#include <map>
#include <mutex>

namespace annals::tests {

/// The ledger of a single publisher; it is lost with the process.
class lone_ledger final : public eventstore::publication_ledger {
public:
    explicit lone_ledger(eventstore::store& store) : store_(store) {}

    auto incarnation() -> std::string override { return store_.incarnation().value(); }

    auto led() -> std::vector<eventstore::led_log> override
    {
        is_asked_ = true;
        std::vector<eventstore::led_log> logs;
        for (const auto& [name, partitions] : store_.categories())
            for (int partition = 0; partition < partitions; ++partition)
                logs.push_back({{name, partition}, partitions, 1});
        return logs;
    }

    void set_wants_logs(bool) override {}
    void give_back(const eventstore::log_id&) override {}

    auto claim_topic(const std::string& category, const std::string& topic) -> std::string override
    {
        const std::scoped_lock lock(mutex_);
        return topics_.try_emplace(category, topic).first->second;
    }

    auto cursors(std::span<const eventstore::log_id> logs) -> std::vector<eventstore::publication_cursor> override
    {
        const std::scoped_lock lock(mutex_);
        std::vector<eventstore::publication_cursor> found;
        for (const auto& log : logs)
            if (const auto saved = saved_.find(log); saved != saved_.end()) found.push_back(saved->second);
        return found;
    }

    void save(std::span<const eventstore::publication_cursor> cursors) override
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& cursor : cursors) saved_[cursor.log] = cursor;
    }

    void note_halts(std::span<const eventstore::publication_halt> halts,
                    std::span<const eventstore::log_id> published) override
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& halt : halts) halts_[halt.log] = halt;
        for (const auto& log : published) halts_.erase(log);
    }

    auto halts() -> std::map<eventstore::log_id, eventstore::publication_halt>
    {
        const std::scoped_lock lock(mutex_);
        return halts_;
    }

    /// Whether a publisher looked for logs.
    auto is_asked() const -> bool { return is_asked_; }

    /// The last position of each log that is known to be in the topic, summed up.
    auto saved_positions() -> std::int64_t
    {
        const std::scoped_lock lock(mutex_);
        std::int64_t sum = 0;
        for (const auto& [log, cursor] : saved_) sum += cursor.position.number;
        return sum;
    }

    void forget()
    {
        const std::scoped_lock lock(mutex_);
        saved_.clear();
    }

private:
    eventstore::store& store_;
    std::atomic<bool> is_asked_ = false;
    std::mutex mutex_;
    std::map<std::string, std::string> topics_;
    std::map<eventstore::log_id, eventstore::publication_cursor> saved_;
    std::map<eventstore::log_id, eventstore::publication_halt> halts_;
};

}  // namespace annals::tests
