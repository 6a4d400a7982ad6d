// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace annals::kafka {

/// The opaque pointer of every librdkafka client of annals: its owner, and its last message about a failed
/// connection. Thread-safe.
class client_notes {
public:
    explicit client_notes(void* owner) : owner_(owner) {}

    auto owner() const -> void* { return owner_; }

    /// A plain "Disconnected" says less than the message before it.
    void note_failure(std::string_view line)
    {
        const std::scoped_lock lock(mutex_);
        if (failure_.empty() || !line.contains(": Disconnected (after")) failure_ = line;
    }
    auto failure() const -> std::string
    {
        const std::scoped_lock lock(mutex_);
        return failure_;
    }

private:
    void* const owner_;
    mutable std::mutex mutex_;
    std::string failure_;
};

}  // namespace annals::kafka
