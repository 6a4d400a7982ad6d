// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/hot_streams.hpp>
#include <eventstore/postgres/pending_append.hpp>

#include <optional>
#include <vector>

namespace annals::eventstore::postgres {

/// Of all appends that expect one version of a stream at most one can happen. The others wait here instead of being
/// sent, while the next call says what the stream's version is: it finds it under the log's lock, after they came and
/// before they are answered, as if they had been in that call. Those who are answered at once would all come again at
/// once, with a version that only one of them can have; so they are let go one after the other, a call each, and all
/// after a millisecond, when no call is under way. Not thread-safe.
class overtaken_appends {
public:
    using moment = std::chrono::steady_clock::time_point;

    /// Takes out of a batch what is lost already, or is if another one of the batch happens.
    void set_aside(std::vector<pending_append>& batch, moment now);

    /// What a call found that was sent since then; those on one stream in their order.
    void note(const addressed_request&, const append_result&, moment now);

    /// After each batch, and when one is due: answers what is to be answered. The rest of what is due must be sent:
    /// nothing was heard of its stream.
    auto answer(moment now) -> std::vector<pending_append>;

    /// When `answer` should be called again, even if nothing is sent.
    auto due() const -> deadline;

    /// The session is lost, and what it saw may not be so any more.
    void forget();

private:
    struct waiting {
        pending_append append;
        deadline until;
        std::optional<stream_version> found = {};
    };

    hot_streams hot_;
    std::vector<waiting> waiting_;
};

}  // namespace annals::eventstore::postgres
