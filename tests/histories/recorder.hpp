// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/contract/subject.hpp>
#include <tests/histories/history.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>

namespace annals::histories {

/// Passes calls on to a store, and records what was asked, when, and how it ended. Thread-safe.
class recorder {
public:
    /// Creates the category.
    recorder(eventstore::contract::subject, const eventstore::category&);

    /// Nothing when the answer is not known.
    auto append(int client, eventstore::append_request) -> std::optional<eventstore::append_result>;
    /// In a transaction that is open for a while and then committed or rolled back. Nothing when it was not
    /// committed, or when that is unknown. A store without such transactions appends, or does nothing.
    auto append_in_transaction(int client, const eventstore::append_request&, std::chrono::microseconds open_for,
                               bool commits) -> std::optional<eventstore::append_result>;

    /// Nothing when the store could not be reached.
    auto read(int client, const eventstore::stream_id&, const eventstore::stream_range&)
        -> std::vector<eventstore::recorded_event>;
    void read_log(int client, int partition, eventstore::log_position after, const eventstore::page_size&);
    void read_heads(int client);
    void find_key(int client, const std::string& idempotency_key);

    /// What a follower got.
    void add_follower(std::vector<eventstore::recorded_event>);

    auto store() const -> eventstore::store& { return *tested_.store; }
    auto category() const -> const eventstore::category& { return history_.category; }

    /// Call it once all clients are done: with the final logs as `truth` has them.
    auto finish(eventstore::store& truth) -> history;

private:
    auto begin(int client) -> call { return {.client = client, .invoked = ++clock_, .returned = 0}; }
    void add(append_call);
    void note_broken(const std::string& what, const std::exception&);
    template <class Read>
    void read_once(const std::string& what, Read);

    eventstore::contract::subject tested_;
    std::atomic<tick> clock_ = 0;
    std::mutex mutex_;  // guards history_
    history history_;
};

}  // namespace annals::histories
