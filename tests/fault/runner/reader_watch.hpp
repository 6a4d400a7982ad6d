// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/checked.hpp>
#include <tests/fault/runner/servers.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>

namespace annals::fault_runs {

/// An analyst who asks all the time how many events the read models have counted. What it sees never goes back, and
/// its queries never fail while the server is there, whatever is swapped meanwhile. Only after a crash of PostgreSQL
/// may it see less: read models are committed without waiting for the disk.
class reader_watch {
public:
    explicit reader_watch(const servers&);

    /// What it found since it was asked last.
    auto take() -> checked;
    auto queries() const -> std::int64_t { return queries_; }

private:
    void run(const std::stop_token&);
    void watch(const std::stop_token&);
    void found(const std::string& what);

    const servers& servers_;
    std::atomic<std::int64_t> queries_ = 0;
    std::mutex mutex_;
    checked found_{"readers: nothing goes back, no query fails"};
    std::jthread thread_;
};

}  // namespace annals::fault_runs
