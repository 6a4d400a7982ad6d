// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/uuid.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/processors/processor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace annals::sagas {

/// A command whose time has come.
struct due_command {
    std::int64_t id = 0;
    processors::processor_id of;             ///< the process manager that sent it
    int slot = 0;
    std::string instance;                    ///< the key of its state
    eventstore::uuid caused_by{};
    std::string idempotency_key;
    eventstore::stream_id target;
    std::string command, data, metadata;
    std::string deadline;                    ///< its name; empty: none
    int answers = 0;                         ///< how many refusals led to it, each to the next
};

/// What an attempt came to.
struct carried {
    enum class result {
        done,
        refused,                             ///< by the aggregate, or it can never be carried out
        failed,                              ///< it may succeed later; the later ones of its target wait
        away,                                ///< the log's server cannot be reached
        left                                 ///< it was not tried
    };

    due_command command;
    result came_to = result::done;
    std::string reason = {}, code = {};
    bool is_last = false;                    ///< of those that were handed out for its target
};

/// The name of a slot of a process manager: `urgent_check/3`.
auto slot_name(std::string_view process_manager, int slot) -> std::string;

/// What may be carried out now: by slots, without some targets.
struct due_selection {
    std::set<std::string> slots = {};        ///< by their names
    std::set<eventstore::stream_id> busy = {};
};

/// Up to `count` commands that are due, in the order in which their targets get them.
auto read_due(libpq::connection&, const due_selection&, std::size_t count) -> std::vector<due_command>;

/// How long until the next one is due; nothing when there is none.
auto until_next_due(libpq::connection&, const due_selection&) -> std::optional<std::chrono::milliseconds>;

/// Deletes the rows of what was done, and notes the failures and refusals of the others.
void settle(libpq::connection&, std::span<const carried>);

}  // namespace annals::sagas
