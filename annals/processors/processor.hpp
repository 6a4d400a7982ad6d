// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/event.hpp>

#include <pqxx/pqxx>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <vector>

namespace annals::processors {

/// A processor's name: its checkpoints are kept under all three fields.
struct processor_id {
    std::string name;
    int version = 1;
    /// Which registration of that name and version. One that is removed and registered again has another number
    /// and is another processor. 0: not registered.
    std::int64_t registration = 0;

    auto operator<=>(const processor_id&) const = default;
};

/// Without the registration: the name for people.
auto to_string(const processor_id&) -> std::string;
/// The word for it on the command line, `annals projections …` or `annals processors …`: a processor without a
/// registration belongs to a program's own code.
auto verbs_for(const processor_id&) -> std::string;
/// Whether both have the same name and version, whatever the registration.
auto same_version(const processor_id&, const processor_id&) -> bool;

/// How a processor's logs may be divided among processes.
enum class work_distribution {
    whole,    ///< all logs in one process, one transaction a batch: rows are touched from several keys
    by_log    ///< each log on its own: no row is touched from two keys
};

/// The order in which a processor sees events of different logs. Those of one log always come in their order.
enum class log_order {
    any,      ///< as they happen to come: its result does not depend on it
    one       ///< the same whenever they are read: by time of recording, then by category and partition
};

/// Takes the events of some categories in order, and processes each once: a projection, a saga or a subscription.
/// It does not know how batches are cut, and knows nothing of checkpoints and other processes.
class processor {
public:
    virtual ~processor() = default;

    virtual auto id() const -> processor_id = 0;
    virtual auto categories() const -> std::vector<std::string> = 0;
    virtual auto distribution() const -> work_distribution = 0;

    /// `one` needs all logs in one process (`work_distribution::whole`).
    virtual auto order() const -> log_order { return log_order::any; }

    /// False when a crash of the database may take back the last batches, their rows and checkpoints together;
    /// they are then applied again. That is faster, and right for a processor that only writes rows in that
    /// database, such as a projection.
    virtual auto durable() const -> bool { return true; }

    /// Whether an event that cannot be applied may wait with its key while the other keys go on. False when rows depend
    /// on the order of events across keys: then the processor stops at it.
    virtual auto parks() const -> bool { return true; }

    /// How many of these events, from the first one on, may share a transaction: at least one. Fewer than all when
    /// `apply` does something that a rollback does not undo.
    virtual auto batch_size(std::span<const eventstore::recorded_event> events) const -> std::size_t
    {
        return events.size();
    }

    /// Called before the first batch of a connection, outside any transaction: for temporary tables and the like.
    /// May be called again on the same connection, also after it threw.
    virtual void prepare(pqxx::connection&) {}

    /// Applies events in the order given (each log without gaps) within a transaction that also moves the
    /// checkpoints. It must not commit. What it does elsewhere is not rolled back, and may be repeated. Throws when an
    /// event cannot be applied.
    virtual void apply(pqxx::transaction_base&, std::span<const eventstore::recorded_event>) = 0;

    /// Why `apply` threw, for people: its message on one line, unless the processor knows more.
    virtual auto explain(const std::exception&) const -> std::string;
};

}  // namespace annals::processors
