// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>

#include <cstdint>
#include <string>

namespace annals::eventstore {

/// What a stream must look like for an append to happen.
struct expected_version {
    enum class mode { any, no_stream, exists, exact };

    static auto any() -> expected_version { return {mode::any, {}}; }
    static auto no_stream() -> expected_version { return {mode::no_stream, {}}; }
    static auto exists() -> expected_version { return {mode::exists, {}}; }
    /// Version 0 is the same as `no_stream`.
    static auto exactly(stream_version version) -> expected_version { return {mode::exact, version}; }

    auto allows(stream_version actual) const -> bool;
    auto operator==(const expected_version&) const -> bool = default;

    mode is = mode::any;
    stream_version version;                  ///< for `exact`
};

/// In short, for the arguments of an append: `append(store, {"sample", "S-1"}, exactly(2), sample_archived{})`.
inline auto any_version() -> expected_version { return expected_version::any(); }
inline auto no_stream() -> expected_version { return expected_version::no_stream(); }
inline auto exactly(stream_version version) -> expected_version { return expected_version::exactly(version); }
inline auto exactly(std::int64_t version) -> expected_version { return exactly(stream_version{version}); }

auto to_string(const expected_version&) -> std::string;

}  // namespace annals::eventstore
