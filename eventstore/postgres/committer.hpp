// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append_queue.hpp>
#include <eventstore/postgres/held_logs.hpp>
#include <eventstore/postgres/lane.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace annals::eventstore::postgres {

/// Group commit: what has queued while the last commit was under way goes in one call. No timer, so that an append that
/// comes alone does not wait. Thread-safe.
class committer {
public:
    struct settings {
        std::string dsn;
        std::chrono::milliseconds patience;  ///< how long an append is tried again before it is `unavailable`
        std::function<void()> committed;
    };

    explicit committer(settings);
    /// Sends what has queued, for a few seconds at most.
    ~committer();

    /// Throws `unavailable` when too much has been waiting for too long.
    void append(addressed_request, on_appended done);

private:
    void run();
    auto give_up() const -> deadline;

    settings settings_;
    std::atomic<deadline> closing_until_{deadline::max()};
    append_queue queue_;
    held_logs held_;
    std::jthread thread_;
};

}  // namespace annals::eventstore::postgres
