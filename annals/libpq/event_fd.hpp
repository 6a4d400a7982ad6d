// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace annals::libpq {

/// Wakes a thread that polls file descriptors (eventfd(2)). Thread-safe.
class event_fd {
public:
    /// Throws `std::system_error` when the process has no descriptor left.
    event_fd() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    ~event_fd() { ::close(descriptor_); }
    event_fd(const event_fd&) = delete;
    auto operator=(const event_fd&) -> event_fd& = delete;

    /// Readable from now on, until it is cleared.
    void set()
    {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);    // full: it is set
    }
    void clear()
    {
        std::uint64_t sum = 0;
        [[maybe_unused]] const auto read = ::read(descriptor_, &sum, sizeof sum);    // empty: it is cleared
    }

    auto descriptor() const -> int { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace annals::libpq
