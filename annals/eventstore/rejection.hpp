// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/expected_version.hpp>
#include <annals/eventstore/uuid.hpp>

#include <string>
#include <variant>
#include <vector>

namespace annals::eventstore {

/// A check that failed, and what was found.
struct failed_check {
    stream_id stream;
    expected_version expected;
    stream_version actual;
};

/// Another append came first, or the caller was wrong. Nothing was stored. Holds every check that failed.
struct conflict {
    std::vector<failed_check> failed;
};

/// An id of the append is in the stream already, but the event there differs (docs/reference/same-event.md). Nothing
/// was stored.
struct event_id_reused {
    stream_id stream;
    uuid id;
    std::string differs = {};  ///< what is not the same: `data`, `time of occurrence, metadata`, …
};

/// The idempotency key was used for something else (docs/reference/same-event.md). Nothing was stored.
struct idempotency_key_reused {
    std::string key;
    stream_id stream;  ///< the first one that was written then
    stream_version version;  ///< of the first event there
};

/// Why an append did not happen: a value, not an exception.
using rejection = std::variant<conflict, event_id_reused, idempotency_key_reused>;

auto to_string(const rejection&) -> std::string;

}  // namespace annals::eventstore
