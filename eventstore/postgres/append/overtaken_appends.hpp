// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append/hot_streams.hpp>
#include <eventstore/postgres/append/pending_append.hpp>

#include <optional>
#include <vector>

namespace annals::eventstore::postgres {

/// Of all appends that expect one version of a stream, only one can succeed. That one is sent. The others wait here
/// and are answered from the next call's result, which saw the version under the log's lock after they came. One is
/// answered per call, and all after 1 ms, so that their retries do not all come together. Not thread-safe.
class overtaken_appends {
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
    struct waiting {
        pending_append append;
        deadline until;
        std::optional<stream_version> found = {};
    };

    hot_streams hot_;
    std::vector<waiting> waiting_;
};

}  // namespace annals::eventstore::postgres
