// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace annals::eventstore {

/// Tells waiting readers that there may be something new. Thread-safe; what is told in close succession wakes
/// a reader once.
class change_signal {
public:
    /// How often it was told: take it before looking, so that what comes in between is not slept through.
    auto count() const -> std::uint64_t
    {
        const std::scoped_lock lock(mutex_);
        return count_;
    }

    void tell()
    {
        {
            const std::scoped_lock lock(mutex_);
            ++count_;
        }
        told_.notify_all();
    }

    /// Waits until it was told since `seen` (then true) or the time is over.
    auto wait(std::uint64_t seen, std::chrono::milliseconds timeout) const -> bool
    {
        std::unique_lock lock(mutex_);
        return told_.wait_for(lock, timeout, [&] { return count_ != seen; });
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable told_;
    std::uint64_t count_ = 0;
};

}  // namespace annals::eventstore
