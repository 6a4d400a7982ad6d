// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/append.hpp>
#include <eventstore/change_signal.hpp>
#include <eventstore/event.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace annals::eventstore {

/// How much to read at once, of each stream or log. The first event is always returned, however large.
struct page_size {
    std::size_t events_max = 1000;
    std::size_t bytes_max = 8 << 20;
};

/// Which way to read: oldest first, or newest first.
enum class direction { forwards, backwards };

/// One page of a stream: what is between the bounds, from the older one forwards or from the newer one backwards.
struct stream_range {
    stream_version after;                    ///< only what is above this version
    std::optional<stream_version> upto;      ///< and not above this one
    std::size_t events_max = 1000;
    std::size_t bytes_max = 8 << 20;
    direction order = direction::forwards;
};

/// Where a reader of a log stands: between the event at `position` and the next one.
/// Forwards it has everything up to and including `position`, backwards everything above.
struct log_cursor {
    log_id log;
    log_position position;
};

/// What happened: streams of events, kept for ever, in logs that have no holes.
///
/// Within a log, positions are dense and in commit order: a reader that has everything up to n misses nothing below
/// n, ever. Every function is thread-safe. Errors: `invalid_request` before anything happened, `unavailable` when a
/// server cannot be reached, `mismatch` when the stored data is not of this program. Held to one contract suite.
class store {
public:
    virtual ~store() = default;

    /// Appends, and calls `done` once from a thread of the store's (do little there, never block). When `done` is
    /// called with a result, it is durable. Idempotent: the same request sent again (docs/reference/same-event.md)
    /// gives the first result, marked `duplicate`. A category that does not exist is created with the store's default
    /// number of partitions. Throws `invalid_request` for a request that breaks a limit; `done` is then not called.
    virtual void append(append_request, on_appended done) = 0;

    /// Appends and waits. A conflict is a value; broken infrastructure throws.
    virtual auto append(append_request) -> append_result;

    /// What an append with this idempotency key would be answered: the first result, marked `duplicate`, or that the
    /// key was used for something else than `used_for` (nothing: whatever it was). Nothing when the key is not known.
    virtual auto find_appended(std::string_view category, std::string_view idempotency_key,
                               std::optional<std::string_view> used_for = {}) -> std::optional<append_result> = 0;

    /// One page of a stream's events; nothing for a stream that does not exist. All of them: `events_of` (reading.hpp).
    virtual auto read(const stream_id&, const stream_range& = {}) -> std::vector<recorded_event> = 0;

    /// The next page of several logs, one after the other in the order asked, each in position order (backwards: the
    /// reverse) and dense; nothing for a log that does not exist (yet).
    virtual auto read_logs(std::span<const log_cursor>, const page_size& = {}, direction = direction::forwards)
        -> std::vector<recorded_event> = 0;
    auto read_log(const log_id&, log_position after, const page_size& = {}) -> std::vector<recorded_event>;

    /// The last position of every log of a category, by partition. Throws `invalid_request` for an unknown category.
    virtual auto heads(std::string_view category) -> std::vector<log_position> = 0;

    virtual auto categories() -> std::vector<category> = 0;
    virtual auto find_category(std::string_view name) -> std::optional<category> = 0;

    /// Creates the category where it is not there. Throws `mismatch` when it has another number of partitions.
    virtual void ensure_category(const category&) = 0;

    /// Told after something was committed, also by another process (then within 50 ms at most).
    virtual auto changes() -> change_signal& = 0;

    /// Which incarnation of the store this is. Another one (a backup that was restored, a standby that took over) may
    /// hold other events at the same positions. Does not wait; nothing while the server cannot be seen. A store that is
    /// never restored has one incarnation.
    virtual auto incarnation() -> std::optional<std::string> { return "1"; }
};

}  // namespace annals::eventstore
