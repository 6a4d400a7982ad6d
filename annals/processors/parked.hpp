// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/processors/processor.hpp>

#include <optional>
#include <string>
#include <vector>

/// What operators see of parked keys, and how they ask for something. The owner of the log does it
/// (`parked_requests.hpp`), within about a second.
namespace annals::processors {

/// A key that waits behind an event that cannot be applied.
struct parked_key {
    processor_id processor;
    eventstore::stream_id key;
    int log = 0;                             ///< its number (see `numbered_log`)
    std::int64_t events = 0;                 ///< how many wait
    eventstore::log_position position;       ///< of the first one
    std::string type;                        ///< of the first one
    std::string reason;                      ///< why the first one cannot be applied
    std::int64_t attempts = 0;
    eventstore::timestamp parked_at{}, tried_at{};
    std::string request;                     ///< what an operator asked for and is not done yet, or empty
};

/// Which parked keys; what is empty selects all.
struct parked_selection {
    std::string processor = {};
    std::optional<eventstore::stream_id> key = {};
    std::string error = {};                       ///< a part of the reason, in any case of letters
    std::optional<eventstore::timestamp> since = {};   ///< parked then or later
    std::optional<eventstore::timestamp> before = {};  ///< parked earlier
};

/// By processor, version and key.
auto find_parked(pqxx::transaction_base&, const parked_selection&) -> std::vector<parked_key>;

struct parked_count {
    std::int64_t keys = 0, events = 0;
};

/// How much waits for one version of a processor.
auto count_parked(pqxx::transaction_base&, const processor_id&) -> parked_count;

/// An event that waits. What it holds is in the log.
struct parked_event {
    eventstore::log_position position;
    eventstore::stream_version version;
    eventstore::uuid id;
    std::string type;
    std::optional<std::string> edited;       ///< the JSON that is applied in place of the stored one
};

/// The first events of a key, in their order.
auto events_of(pqxx::transaction_base&, const parked_key&, std::int64_t events_max) -> std::vector<parked_event>;

enum class parked_act {
    retry,           ///< apply its events again, in order
    discard_first,   ///< drop the first one, and apply the others
    discard_all      ///< drop them all; the key's next event is applied
};

/// Asks for it; replaces what was asked before. False when the key is not parked any more.
auto request(pqxx::transaction_base&, const parked_key&, parked_act) -> bool;

/// Has this JSON applied in place of what the event at the position holds; the log keeps that. False when the event
/// is not parked any more.
auto edit(pqxx::transaction_base&, const parked_key&, eventstore::log_position, const std::string& data) -> bool;

}  // namespace annals::processors
