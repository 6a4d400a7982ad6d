// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What several clients did to a store and what they were told, and what must be true whatever happened in between.
/// Uses nothing of a store but its interface.
namespace annals::histories {

/// A tick of a clock that all clients share.
using tick = std::int64_t;

/// Who called, when, and when the answer came.
struct call {
    int client = 0;
    tick invoked = 0;
    tick returned = 0;
};

/// `unknown`: it may have happened, or may still happen. `undone`: it has not happened and will not, such as after a
/// rollback.
enum class ending { answered, unknown, undone };

struct append_call {
    call when;
    eventstore::append_request request;
    ending how = ending::unknown;
    eventstore::append_result result = eventstore::appended{};    ///< when answered
};

struct stream_read {
    call when;
    eventstore::stream_id stream;
    eventstore::stream_range range;
    std::vector<eventstore::recorded_event> events;
};

struct log_read {
    call when;
    eventstore::log_cursor from;
    eventstore::page_size page;
    std::vector<eventstore::recorded_event> events;
};

struct heads_read {
    call when;
    std::vector<eventstore::log_position> heads;
};

struct key_read {
    call when;
    std::string idempotency_key;
    std::optional<eventstore::appended> found;
};

/// All within one category.
struct history {
    eventstore::category category;
    std::vector<append_call> appends;
    std::vector<stream_read> stream_reads;
    std::vector<log_read> log_reads;
    std::vector<heads_read> heads_reads;
    std::vector<key_read> key_reads;
    /// What each follower got, in that order; it began at the beginning and ended when no client wrote any more.
    std::vector<std::vector<eventstore::recorded_event>> followers;
    /// Calls that ended in a way that the store's interface does not name.
    std::vector<std::string> broken;
    /// Every log by partition, read when no client wrote any more.
    std::vector<std::vector<eventstore::recorded_event>> logs;
};

}  // namespace annals::histories
