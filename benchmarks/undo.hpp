// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace annals::benchmarks {

/// Undoes something outside of this process: at the end of the object's life, or before a signal ends the process.
class undo {
public:
    explicit undo(std::function<void()>);
    ~undo();
    undo(const undo&) = delete;
    auto operator=(const undo&) -> undo& = delete;
};

/// From now on SIGINT and SIGTERM undo what is left, the newest first, and end the process.
/// Call it before the first thread is started.
void undo_on_signals();

}  // namespace annals::benchmarks
