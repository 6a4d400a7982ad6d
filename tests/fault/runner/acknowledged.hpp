// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace annals::fault_runs {

/// One stream's part of an append, as an appender noted it.
struct tried_part {
    std::string key;
    std::int64_t expected = -1;              ///< -1: any version
    std::vector<std::string> ids;
    std::int64_t first_version = 0, first_position = 0;  ///< what it was told; 0: nothing
};

/// An append that was tried. In doubt: the process was killed, or told to end, before it had an answer.
struct tried_append {
    enum class answer { in_doubt, stored, refused } got = answer::in_doubt;
    std::vector<tried_part> parts;
};

/// What all appenders of a run have noted: every file of the folder that ends with `.notes`.
auto read_notes(const std::string& folder) -> std::vector<tried_append>;

}  // namespace annals::fault_runs
