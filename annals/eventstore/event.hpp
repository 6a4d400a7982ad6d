// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/eventstore/uuid.hpp>

#include <optional>
#include <string>

namespace annals::eventstore {

/// Where an event came from. Empty fields are not stored. Members without a field here go into `other`.
struct metadata {
    std::string user_id = {};
    std::string source_service = {};
    std::string correlation_id = {};         ///< shared by related events; the first event's id when empty
    std::string causation_id = {};           ///< the id of the event or command that led to this one
    std::string traceparent = {};            ///< W3C Trace Context
    std::string tracestate = {};
    std::optional<timestamp> occurred_at = {};  ///< when it happened, if not when it is recorded
    std::string other = {};                  ///< a JSON object with anything else, or empty
};

/// An event to be appended.
struct new_event {
    uuid id = new_uuid();
    std::string type = {};                   ///< stored type name, such as `sample.created`
    int schema_version = 1;
    std::string data = "{}";                 ///< a JSON object, stored as written
    std::string metadata = "{}";             ///< a JSON object, stored as written (see `metadata_codec.hpp`)
    std::optional<timestamp> occurred_at = {};
};

/// An event as it is in the log.
struct recorded_event {
    uuid id;
    stream_id stream;
    stream_version version;
    log_position position;
    int partition = 0;
    std::string type;
    int schema_version = 1;
    std::string data;                        ///< the bytes that were appended
    std::string metadata;                    ///< the bytes that were appended
    std::optional<timestamp> occurred_at;
    timestamp recorded_at;                   ///< never goes back within a log

    auto log() const -> log_id { return {stream.category, partition}; }
    /// When it happened, as far as this is known.
    auto time() const -> timestamp { return occurred_at.value_or(recorded_at); }
    /// Memory that the texts take, in bytes; limits on batches count it.
    auto size_bytes() const -> std::size_t { return data.size() + metadata.size() + stream.key.size() + type.size(); }
};

/// An event as if it came from the log, recorded `version` seconds after 1970: for testing readers without a log.
auto as_recorded(new_event, stream_id, stream_version) -> recorded_event;

}  // namespace annals::eventstore
