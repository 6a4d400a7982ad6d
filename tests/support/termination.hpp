// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace annals::tests {

/// SIGTERM as the end of a test's own process. Made before any thread begins: they do not get the signal then.
class termination {
public:
    termination()
    {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    }

    /// Returns when it has come.
    void wait() const
    {
        int signal = 0;
        sigwait(&signals_, &signal);
    }

private:
    sigset_t signals_;
};

}  // namespace annals::tests
