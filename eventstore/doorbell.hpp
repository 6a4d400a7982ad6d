// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace annals::eventstore {

/// Tells waiting readers that there may be something new. Thread-safe; rings that come close together count as one.
class doorbell {
public:
    /// How often it has rung: take it before looking, so that a ring in between is not slept through.
    auto rings() const -> std::uint64_t
    {
        const std::scoped_lock lock(mutex_);
        return rings_;
    }

    void ring()
    {
        {
            const std::scoped_lock lock(mutex_);
            ++rings_;
        }
        rung_.notify_all();
    }

    /// Waits until it has rung since `seen` (then true) or the time is over.
    auto wait(std::uint64_t seen, std::chrono::milliseconds timeout) const -> bool
    {
        std::unique_lock lock(mutex_);
        return rung_.wait_for(lock, timeout, [&] { return rings_ != seen; });
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable rung_;
    std::uint64_t rings_ = 0;
};

}  // namespace annals::eventstore
