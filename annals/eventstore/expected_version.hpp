// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>

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

auto to_string(const expected_version&) -> std::string;

}  // namespace annals::eventstore
