// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace annals::eventstore {

/// Tells waiting readers that there may be something new. Thread-safe. Signals in close succession wake a reader only
/// once.
class change_signal {
public:
    /// How many signals there were. Take it before you look, so that you do not miss a change that comes meanwhile.
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

    /// Waits for a signal after `seen` (then true), or until the time is over.
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
