// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/event.hpp>
#include <eventstore/token.hpp>

#include <exception>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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

/// One stream's part of an append. Without events it is a check only: the stream is not written.
struct stream_append {
    stream_id stream;
    expected_version expected;
    std::vector<new_event> events;
};

/// Several events for one or several streams, each stream at most once: all of it happens, or nothing.
/// Consumers of different logs may see the parts at different times.
struct append_request {
    std::vector<stream_append> streams;

    /// This request may have been sent before (only `any` and `exists` need to know):
    /// the stream's tail is searched for the ids first. The store sets it itself when it sends again.
    bool resend = false;

    /// For callers that try again across processes: a key, unique within the first stream's category,
    /// under which the first result is remembered. Purged by age.
    std::optional<std::string> idempotency_key;
};

/// Where the events of one stream of the request now stand.
struct written {
    stream_id stream;
    stream_version first_version;
    stream_version last_version;
    log_id log;
    log_position first_position;
    log_position last_position;
};

/// The append is in the log (and on the disk). `duplicate`: it was there already, and nothing was added.
struct appended {
    std::vector<written> streams;            ///< one for each stream that has events, in the request's order
    bool duplicate = false;

    /// The end of what was written, for reads that must see it.
    auto token() const -> eventstore::token;
};

/// A check that failed, and what was found.
struct failed_check {
    stream_id stream;
    expected_version expected;
    stream_version actual;
};

/// Somebody else was there first, or the caller was wrong. Nothing was stored. Holds every check that failed.
struct conflict {
    std::vector<failed_check> failed;
};

/// Some of the ids are in the stream with another type, schema version or payload, or only some of them are.
/// Nothing was stored.
struct event_id_reused {
    stream_id stream;
    uuid id;
};

/// Why an append did not happen: a value, not an exception.
using rejection = std::variant<conflict, event_id_reused>;

auto to_string(const rejection&) -> std::string;

using append_result = std::expected<appended, rejection>;

/// What an asynchronous append ends with: a result, or the exception that the blocking form would throw.
class append_outcome {
public:
    append_outcome(append_result result) : outcome_(std::move(result)) {}
    append_outcome(std::exception_ptr error) : outcome_(std::move(error)) {}

    /// Throws what broke.
    auto get() && -> append_result;

private:
    std::variant<append_result, std::exception_ptr> outcome_;
};

using on_appended = std::move_only_function<void(append_outcome)>;

}  // namespace annals::eventstore
