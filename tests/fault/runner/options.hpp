// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace annals::fault_runs {

/// What the command line asks for.
struct options {
    double minutes = 10;
    std::uint64_t seed = 0;
    bool as_json = false;
    bool wants_help = false;
    bool plants = false;                     ///< plant bugs, and expect that each is found
    std::string planted;                     ///< only this one; empty: all
};

/// Throws `std::invalid_argument`, with a message for people. Without a seed it is ANNALS_SEED, or a new one.
auto read_options(std::span<char* const> words) -> options;

auto help_text() -> std::string;

}  // namespace annals::fault_runs
