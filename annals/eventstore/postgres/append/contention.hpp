// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/pending_append.hpp>
#include <annals/eventstore/postgres/append/stream_name.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace annals::eventstore::postgres {

/// Appends that compete for one version of a stream. Only one of them can succeed: that one is sent. The others wait
/// here and are answered from the next call's result, which saw the version under the log's lock after they came. One
/// is answered per call, and all after 1 ms, so that their retries do not all come together.
///
/// A stream is contended from its first conflict on. What is known of it is what one session saw: a version may be
/// old, but it was true once. An append that depends on more than an exact version is never set aside. Not
/// thread-safe.
class contention {
public:
    using moment = std::chrono::steady_clock::time_point;

    /// Takes out of a batch the appends that have lost already, or will if another one of the batch succeeds.
    void set_aside(std::vector<pending_append>& batch, moment now);

    /// The result of an append that was sent; for one stream, pass them in their order.
    void note(const routed_append&, const append_result&, moment now);

    /// After each batch, and when one is due: answers those that can be answered. Returns those that are due but have
    /// no answer, since no call wrote to their stream: they must be sent.
    auto answer(moment now) -> std::vector<pending_append>;

    /// When to call `answer` again, even if nothing is sent.
    auto due() const -> deadline;

    /// The session is lost; what it saw may not be true any more.
    void forget();

private:
    struct contended_stream {
        stream_version version;
        std::deque<uuid> ids;  ///< of its last events, up to that version
        moment written_at;  ///< by this session, the last time

        auto has_overtaken(const stream_append&) const -> bool;
    };
    struct waiting {
        pending_append append;
        deadline until;
        std::optional<stream_version> found = {};
    };

    auto find(const routed_append&) -> contended_stream*;
    void note_written(contended_stream&, const routed_append&, const written&, moment now);
    void note_conflict(const routed_append&, stream_version actual);

    by_stream<contended_stream> streams_;
    std::vector<waiting> waiting_;
};

}  // namespace annals::eventstore::postgres
