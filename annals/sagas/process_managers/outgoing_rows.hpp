// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>
#include <annals/processors/processor.hpp>
#include <annals/sagas/process_managers/outgoing.hpp>

#include <pqxx/pqxx>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::sagas {

/// The process that may carry out a target's commands is the one that has its slot.
inline constexpr int slots = 8;

/// What leads to commands: an event, or the refusal of a command that another one led to.
struct cause {
    std::string instance;                    ///< the key of the state
    eventstore::uuid event;
    std::string idempotency_key;             ///< the keys of the commands are made of it and their number
    std::string metadata;                    ///< of the events that the commands lead to, as JSON
    int answers = 0;                         ///< how many refusals there were on the way
};

/// The cause that an event is, under one key of a process manager.
auto cause_of(const processors::processor_id&, const eventstore::recorded_event&, std::string instance) -> cause;

/// What a process manager sends in one transaction: collected, and then written with few statements.
class outgoing_rows {
public:
    explicit outgoing_rows(processors::processor_id of) : of_(std::move(of)) {}

    /// `number`: of the first command that this event led to; that of the next one is returned.
    auto add(const cause&, const outgoing&, int number = 0) -> int;

    /// Writes the rows, in the order in which they were added, and tells the processes that carry them out.
    void write(pqxx::transaction_base&) const;

private:
    struct row {
        cause why;
        sending what;
        std::string idempotency_key;
    };

    void end_deadlines(pqxx::transaction_base&) const;
    void insert(pqxx::transaction_base&) const;

    processors::processor_id of_;
    std::vector<row> rows_;
    std::set<std::pair<std::string, std::string>> ended_;  ///< deadlines, by instance and name
};

/// On which processes are told that there is something to carry out.
inline constexpr std::string_view channel_of_outgoing = "annals_outgoing";

}  // namespace annals::sagas
