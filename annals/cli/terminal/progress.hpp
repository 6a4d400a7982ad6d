// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace annals::cli {

/// One line on stderr that shows the progress of long work, drawn at most ten times a second. Draws nothing when it
/// is not `visible` (stderr is no terminal, or --quiet); removed when destroyed.
class progress {
public:
    /// `total` 0: unknown, then only the count and the rate are shown; and only the remark while the count is 0. The
    /// rate and the time left are those since the first call of `advance_to`.
    progress(std::string label, std::int64_t total, bool visible);
    ~progress();
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    void advance_to(std::int64_t done, const std::string& remark = {});

private:
    using clock = std::chrono::steady_clock;

    void draw(const std::string& remark) const;

    std::string label_;
    std::int64_t total_;
    std::int64_t done_ = 0;
    std::optional<std::int64_t> first_;  ///< what was done before
    bool visible_;
    clock::time_point began_ = clock::now();
    clock::time_point drawn_{};
};

}  // namespace annals::cli
