// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/run.hpp>

namespace annals::fault_runs {

/// Shows on standard error how far a run has come: a bar on a terminal, otherwise a line an episode.
class shown_progress {
public:
    shown_progress();
    void show(const progress&);
    /// Takes the bar away, so that lines can follow.
    void end();

private:
    bool on_terminal_;
    std::chrono::steady_clock::time_point shown_at_{};
};

}  // namespace annals::fault_runs
