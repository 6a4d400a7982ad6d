// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace annals::cli {

/// Lines on a terminal that are drawn again in the same place. What was there before stays above them, and the last
/// ones stay when the program ends. For standard output and one thread.
class redrawn_lines {
public:
    struct line {
        std::string text;                        ///< without control characters; cut to the width of the terminal
        std::string colour = {};                 ///< such as `\033[31m`; empty: none
    };

    /// Whether standard output is a terminal that can do that.
    static auto is_possible() -> bool;

    /// Draws over what was drawn before. Lines that the terminal has no room for are counted in the last one. Throws
    /// `failure` when standard output is closed or full.
    void draw(std::vector<line>);

private:
    std::size_t drawn_ = 0;
};

}  // namespace annals::cli
