// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/contract/store_contract.hpp>

#include <map>
#include <string>
#include <thread>
#include <vector>

namespace annals::eventstore::contract {

/// Reads all logs of a category repeatedly while others write, as a processor does: each time after what it has.
/// Notes what would break a processor: a position that is not the next one, a version that is not the next one of its
/// stream, or a head below what was read already.
class follower {
public:
    /// The category must exist.
    explicit follower(const corner& in) : store_(in.store), category_(in.category), cursors_(start_of(in))
    {
        thread_ = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) read_on();
        });
    }

    /// Reads up to the heads. Returns what was noted; empty when all was correct.
    auto finish() -> const std::string&
    {
        thread_.request_stop();
        thread_.join();
        while (read_on()) {}
        const auto heads = store_->heads(category_);
        for (const auto& cursor : cursors_)
            if (cursor.position != heads[static_cast<std::size_t>(cursor.log.partition)])
                note(cursor.log, "ends at " + std::to_string(cursor.position.number) + " before its head");
        return problems_;
    }

    /// In the order of arrival; those of a log in its order. Call after `finish`.
    auto delivered() const -> const std::vector<recorded_event>& { return delivered_; }

private:
    static auto start_of(const corner& in) -> std::vector<log_cursor>
    {
        std::vector<log_cursor> cursors;
        for (std::size_t i = 0; i < in.store->heads(in.category).size(); ++i)
            cursors.push_back({{in.category, static_cast<int>(i)}, {0}});
        return cursors;
    }

    void note(const log_id& log, const std::string& problem) { problems_ += to_string(log) + " " + problem + "\n"; }

    /// Whether any events came.
    auto read_on() -> bool
    {
        const auto heads = store_->heads(category_);
        for (const auto& cursor : cursors_)
            if (cursor.position > heads[static_cast<std::size_t>(cursor.log.partition)])
                note(cursor.log, "has its head before what was read");
        const auto page = store_->read_logs(cursors_, {.events_max = 50});
        for (const auto& event : page) take(event);
        return !page.empty();
    }

    void take(const recorded_event& event)
    {
        auto& position = cursors_.at(static_cast<std::size_t>(event.partition)).position;
        if (event.position != position + 1)
            note(event.log(),
                 "delivers " + std::to_string(event.position.number) + " after " + std::to_string(position.number));
        if (event.version.number != ++versions_[event.stream])
            note(event.log(), "delivers " + to_string(event.stream) + " out of order");
        position = event.position;
        delivered_.push_back(event);
    }

    std::shared_ptr<eventstore::store> store_;
    std::string category_;
    std::vector<log_cursor> cursors_;
    std::map<stream_id, std::int64_t> versions_;
    std::vector<recorded_event> delivered_;
    std::string problems_;
    std::jthread thread_;
};

}  // namespace annals::eventstore::contract
