// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/append.hpp>
#include <annals/eventstore/change_signal.hpp>
#include <annals/eventstore/event.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace annals::eventstore {

/// How much to read at a time, of each stream or log. The first event is always returned, however large it is.
struct page_size {
    std::size_t events_max = 1000;
    std::size_t bytes_max = 8 << 20;
};

/// Which way to read: oldest first, or newest first.
enum class direction { forwards, backwards };

/// One page of a stream: the events between the bounds, forwards from the older one or backwards from the newer one.
struct stream_range {
    stream_version after = {};               ///< only events above this version
    std::optional<stream_version> upto = {};  ///< but not above this one
    std::size_t events_max = 1000;
    std::size_t bytes_max = 8 << 20;
    direction order = direction::forwards;
};

/// Where a reader of a log is: between the event at `position` and the next one.
/// Reading forwards it has everything up to and including `position`; backwards, everything above it.
struct log_cursor {
    log_id log = {};
    log_position position = {};
};

/// What happened: streams of events, kept for ever, in logs without gaps.
///
/// Within a log, positions have no gaps and are in commit order: a reader that has everything up to n will never miss
/// anything below n. Every function is thread-safe. Errors: `invalid_request` before anything happened, `unavailable`
/// when a server cannot be reached, `mismatch` when this program cannot read the stored data. One contract suite
/// tests every store.
class store {
public:
    virtual ~store() = default;

    /// Appends, and calls `done` once from a thread of the store (do little there, never block). A result means that
    /// the append is durable. Idempotent: the same request sent again (docs/reference/same-event.md) gets the first
    /// result, marked `duplicate`. A category that does not exist is created with the store's default number of
    /// partitions. Throws `invalid_request` for a request that breaks a limit; `done` is then not called.
    virtual void append(append_request, on_appended done) = 0;

    /// Appends and waits. A conflict is a value; a broken infrastructure throws.
    [[nodiscard]] virtual auto append(append_request) -> append_result;

    /// The answer that an append with this idempotency key would get: the first result, marked `duplicate`, or that
    /// the key was used for something else than `used_for` (empty: any use is accepted). Nothing when the key is not
    /// known.
    [[nodiscard]] virtual auto find_appended(std::string_view category, std::string_view idempotency_key,
                                             std::optional<std::string_view> used_for = {})
        -> std::optional<append_result> = 0;

    /// One page of a stream's events; nothing for a stream that does not exist. All of them: `events_of` (reading.hpp).
    [[nodiscard]] virtual auto read(const stream_id&, const stream_range& = {}) -> std::vector<recorded_event> = 0;

    /// The next page of several logs, one after the other in the order asked. Each comes in position order without
    /// gaps (backwards: the reverse). Nothing for a log that does not exist (yet).
    [[nodiscard]] virtual auto read_logs(std::span<const log_cursor>, const page_size& = {},
                                         direction = direction::forwards) -> std::vector<recorded_event> = 0;
    [[nodiscard]] auto read_log(const log_id&, log_position after, const page_size& = {})
        -> std::vector<recorded_event>;

    /// Each log's watermark: no event after the cursor was recorded before it, and none ever will be. It is the time of
    /// the next event, or the present when there is none. Nothing when there is none and an append to the log may be
    /// under way: ask again; and for a log that does not exist. Only a server clock that is set back breaks this.
    [[nodiscard]] virtual auto watermarks(std::span<const log_cursor>) -> std::vector<std::optional<timestamp>> = 0;

    /// The last position of every log of a category, by partition. Throws `invalid_request` for an unknown category.
    virtual auto heads(std::string_view category) -> std::vector<log_position> = 0;

    virtual auto categories() -> std::vector<category> = 0;
    virtual auto find_category(std::string_view name) -> std::optional<category> = 0;

    /// Creates the category unless it exists. Throws `mismatch` when it has another number of partitions.
    virtual void ensure_category(const category&) = 0;

    /// Signals after each commit; after one by another process, within 50 ms.
    virtual auto changes() -> change_signal& = 0;

    /// Which history of the store this is. It changes after a restart, a restore or a failover, when the same
    /// positions may hold other events. Never waits; nothing while the server is unreachable. A store
    /// without a server has one incarnation.
    virtual auto incarnation() -> std::optional<std::string> { return "1"; }
};

}  // namespace annals::eventstore
