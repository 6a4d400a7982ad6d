// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>
#include <annals/eventstore/rejection.hpp>
#include <annals/eventstore/token.hpp>

#include <exception>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace annals::eventstore {

/// One stream's part of an append. Without events it is a check only: the stream is not written.
struct stream_append {
    stream_id stream = {};
    expected_version expected = {};
    std::vector<new_event> events = {};
};

/// Several events for one or several streams, each stream at most once: all of it happens, or nothing.
/// Consumers of different logs may see the parts at different times.
struct append_request {
    std::vector<stream_append> streams = {};

    /// The store may have this request already (only `any` and `exists` need to know): it looks for the ids at the
    /// end of the stream first. The store sets this itself when it sends a request again.
    bool resend = false;

    /// A key for callers that try again from another process. It is unique within the first stream's category. The
    /// store remembers the first result under it, until old keys are purged.
    std::optional<std::string> idempotency_key = {};

    /// What the key is used for, UTF-8; compared when the key comes again. Empty: the streams, and each event's
    /// type, schema version and data.
    std::optional<std::string> used_for = {};
};

/// Where the events of one stream of the request are now.
struct written {
    stream_id stream;
    stream_version first_version;
    stream_version last_version;
    log_id log;
    log_position first_position;
    log_position last_position;
};

/// The append is in the log (and on the disk). `duplicate`: the same append was there already; nothing was added.
struct [[nodiscard]] appended {
    std::vector<written> streams;            ///< one for each stream that has events, in the request's order
    bool duplicate = false;

    /// The end of what was written, for reads that must see it.
    auto token() const -> eventstore::token;
};

using append_result = std::expected<appended, rejection>;

/// How an asynchronous append ends: a result, or the exception that the blocking form would throw.
class append_outcome {
public:
    append_outcome(append_result result) : outcome_(std::move(result)) {}
    append_outcome(std::exception_ptr error) : outcome_(std::move(error)) {}

    /// Throws what broke.
    [[nodiscard]] auto get() && -> append_result;

private:
    std::variant<append_result, std::exception_ptr> outcome_;
};

using on_appended = std::move_only_function<void(append_outcome)>;

}  // namespace annals::eventstore
