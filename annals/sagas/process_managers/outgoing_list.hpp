// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/timestamp.hpp>

#include <pqxx/pqxx>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What operators see of outgoing commands, and what they do with them.
namespace annals::sagas {

/// A command that is not carried out.
struct listed_command {
    std::int64_t id = 0;
    std::string process_manager;
    std::string state;                       ///< waiting, due, retrying or refused
    std::string instance;                    ///< the key of the state that sent it
    eventstore::stream_id target;
    std::string command, data;
    std::string deadline;                    ///< its name; empty: none
    eventstore::timestamp due_at{};
    std::int64_t attempts = 0;               ///< that failed or were refused
    std::optional<eventstore::timestamp> tried_at;
    std::string reason;                      ///< why the last one failed or was refused
};

/// Which of them; what is empty selects all.
struct outgoing_selection {
    std::optional<std::int64_t> id = {};
    std::string process_manager = {};
    std::string state = {};
    std::string error = {};                  ///< a part of the reason, in any case of letters
};

/// Those that fit: what was refused, and then what is due next.
auto list_outgoing(pqxx::transaction_base&, const outgoing_selection&, std::int64_t count)
    -> std::vector<listed_command>;

/// Lets the refused ones of a selection be carried out again, at once; returns how many they are. What was a deadline
/// is none any more.
auto retry_refused(pqxx::transaction_base&, const outgoing_selection&) -> std::int64_t;

/// Removes a command: it is not carried out, unless that has begun. False when it is gone.
auto drop(pqxx::transaction_base&, std::int64_t id) -> bool;

}  // namespace annals::sagas
