// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace annals::benchmarks {

/// Takes back what was made outside of this process: at the end of its life, or before the process ends by a signal.
class undo {
public:
    explicit undo(std::function<void()>);
    ~undo();
    undo(const undo&) = delete;
    auto operator=(const undo&) -> undo& = delete;
};

/// From now on SIGINT and SIGTERM undo what is still there, the newest first, and end the process.
/// To be called before the first thread is started.
void undo_on_signals();

}  // namespace annals::benchmarks
