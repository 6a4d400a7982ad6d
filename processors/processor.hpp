// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/event.hpp>

#include <pqxx/pqxx>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace annals::processors {

/// What a processor is called: its checkpoints are kept under all three.
struct processor_id {
    std::string name;
    int version = 1;
    /// Which registration of that name and version; one that is removed and registered again has another, and is
    /// another processor. 0: it is registered nowhere.
    std::int64_t registration = 0;

    auto operator<=>(const processor_id&) const = default;
};

/// Without the registration: what people call it.
auto to_string(const processor_id&) -> std::string;
/// Whether both are called the same, of whatever registration.
auto same_version(const processor_id&, const processor_id&) -> bool;

/// How a processor's logs may be spread over processes.
enum class work_distribution {
    whole,    ///< all logs in one process, one transaction a batch: rows are touched from several keys
    by_log    ///< each log on its own: no row is touched from two keys
};

/// Takes the events of some categories in order, and does something with each once.
/// A projection, a saga, a subscription. Knows nothing of batches' cuts, checkpoints and other processes.
class processor {
public:
    virtual ~processor() = default;

    virtual auto id() const -> processor_id = 0;
    virtual auto categories() const -> std::vector<std::string> = 0;
    virtual auto distribution() const -> work_distribution = 0;

    /// False when a crash of the database may take back the last batches, their rows and checkpoints together; they are
    /// then applied again. Faster; right for what leaves nothing but rows in that database, as a projection does.
    virtual auto durable() const -> bool { return true; }

    /// Before the first batch of a connection, outside any transaction: temporary tables and the like. May be called
    /// again on the same connection, also after it threw.
    virtual void prepare(pqxx::connection&) {}

    /// Applies events in the order given (dense per log) within a transaction that also moves the checkpoints. Must
    /// not commit, and must leave nothing behind when the transaction is rolled back. Throws when an event cannot
    /// be applied.
    virtual void apply(pqxx::transaction_base&, std::span<const eventstore::recorded_event>) = 0;
};

}  // namespace annals::processors
