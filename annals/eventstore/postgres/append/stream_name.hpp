// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace annals::eventstore::postgres {

/// A stream in the database: its log's number, and its key.
using stream_name = std::pair<std::int32_t, std::string_view>;

struct stream_name_hash {
    using is_transparent = void;
    auto operator()(const stream_name& stream) const -> std::size_t
    {
        return std::hash<std::string_view>{}(stream.second) * 31 + static_cast<std::size_t>(stream.first);
    }
};

struct same_stream_name {
    using is_transparent = void;
    auto operator()(const stream_name& one, const stream_name& other) const -> bool { return one == other; }
};

/// A map by stream. It keeps the keys, and is searched with a `stream_name`.
template <class T>
using by_stream = std::unordered_map<std::pair<std::int32_t, std::string>, T, stream_name_hash, same_stream_name>;

}  // namespace annals::eventstore::postgres
