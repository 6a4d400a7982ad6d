// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append_call.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

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

    /// The session is lost: its successor may see another life of the store.
    void forget() { streams_.clear(); }

private:
    using name = std::pair<std::int32_t, std::string_view>;
    using stored_name = std::pair<std::int32_t, std::string>;

    struct hash {
        using is_transparent = void;
        auto operator()(const name& stream) const -> std::size_t
        {
            return std::hash<std::string_view>{}(stream.second) * 31 + static_cast<std::size_t>(stream.first);
        }
    };

    struct equal {
        using is_transparent = void;
        auto operator()(const name& one, const name& other) const -> bool { return one == other; }
    };

    std::unordered_map<stored_name, hot_stream, hash, equal> streams_;
};

}  // namespace annals::eventstore::postgres
