// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/support/passing_store.hpp>

#include <chrono>
#include <map>
#include <mutex>

/// Stores that read wrongly.
namespace annals::planted_bugs {

/// Returns what it read of a stream a few milliseconds ago.
class lagging_reader final : public tests::passing_store {
public:
    using passing_store::passing_store;
    auto read(const eventstore::stream_id&, const eventstore::stream_range&)
        -> std::vector<eventstore::recorded_event> override;

private:
    struct copy {
        std::chrono::steady_clock::time_point made;
        std::vector<eventstore::recorded_event> events;
    };

    std::mutex mutex_;
    std::map<eventstore::stream_id, copy> copies_;
};

/// Changes what it reads from a log.
class rewriting_reader final : public tests::passing_store {
public:
    using passing_store::passing_store;
    auto read_logs(std::span<const eventstore::log_cursor>, const eventstore::page_size&, eventstore::direction)
        -> std::vector<eventstore::recorded_event> override;
};

/// Reads logs by a statement of its own, one after the other, forwards only.
class statement_reader : public tests::passing_store {
public:
    /// `statement`: ids and keys in order, for a category ($1), a partition ($2), after a position ($3), this many
    /// ($4).
    statement_reader(std::shared_ptr<eventstore::store> behind, std::string dsn, const char* statement)
        : passing_store(std::move(behind)), dsn_(std::move(dsn)), statement_(statement)
    {}
    auto read_logs(std::span<const eventstore::log_cursor>, const eventstore::page_size&, eventstore::direction)
        -> std::vector<eventstore::recorded_event> override;

private:
    std::string dsn_;
    const char* statement_;
};

/// Leaves out events of transactions that are not older than all open ones; otherwise reads by position.
class oldest_transaction_reader final : public statement_reader {
public:
    oldest_transaction_reader(std::shared_ptr<eventstore::store> behind, std::string dsn);
};

/// Reads by transaction first and position second.
class transaction_order_reader final : public statement_reader {
public:
    transaction_order_reader(std::shared_ptr<eventstore::store> behind, std::string dsn);
};

}  // namespace annals::planted_bugs
