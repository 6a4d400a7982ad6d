// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append/append_call.hpp>
#include <eventstore/postgres/append/stream_name.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace annals::eventstore::postgres {

/// A stream as one session saw it.
struct hot_stream {
    stream_version version;
    std::deque<uuid> ids;                    ///< of its last events, up to that version
    std::chrono::steady_clock::time_point written_at;    ///< by this session, the last time

    /// Whether the stream has passed the version that an append expects, and none of the append's events is there
    /// already: the ids at their places are known and are others.
    auto has_overtaken(const stream_append&) const -> bool;
};

/// Streams for which appends compete, as one session saw them last. A version may be old, but it was true once. Not
/// thread-safe.
class hot_streams {
public:
    /// The result of an append; for one stream, pass them in their order.
    void note(const routed_append&, const append_result&, std::chrono::steady_clock::time_point now);

    /// Null when no appends competed for the append's stream, or when the append depends on more than one exact
    /// version.
    auto find(const routed_append&) const -> const hot_stream*;

    auto empty() const -> bool { return streams_.empty(); }

    /// The session is lost: the next one may see another incarnation of the store.
    void forget() { streams_.clear(); }

private:
    by_stream<hot_stream> streams_;
};

}  // namespace annals::eventstore::postgres
