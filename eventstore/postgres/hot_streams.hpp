// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append_call.hpp>
#include <eventstore/postgres/stream_name.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace annals::eventstore::postgres {

/// A stream as one session saw it.
struct hot_stream {
    stream_version version;
    std::deque<uuid> ids;                    ///< of its last events, up to that version
    std::chrono::steady_clock::time_point written_at;    ///< by this session

    /// Whether an append expects less than what is there, and has no event that is there already: the ids at the
    /// places of its events are known, and are others.
    auto has_overtaken(const stream_append&) const -> bool;
};

/// Streams on which appends met each other, as one session saw them last: what it says of a stream may be old by now,
/// but was so. Not thread-safe.
class hot_streams {
public:
    /// What became of an append; those to one stream in their order.
    void note(const addressed_request&, const append_result&, std::chrono::steady_clock::time_point now);

    /// Null when nobody met on the append's stream, or when more than one exact version decides about it.
    auto find(const addressed_request&) const -> const hot_stream*;

    auto empty() const -> bool { return streams_.empty(); }

    /// The session is lost: its successor may see another incarnation of the store.
    void forget() { streams_.clear(); }

private:
    by_stream<hot_stream> streams_;
};

}  // namespace annals::eventstore::postgres
