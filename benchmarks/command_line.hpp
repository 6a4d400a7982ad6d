// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/benchmark.hpp>

#include <stdexcept>
#include <string>

namespace annals::benchmarks {

/// The command line is wrong: says what, and what is possible.
struct wrong_usage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws `wrong_usage` for what a benchmark does not take: an unknown option, one without its value, a number that is
/// none or too small.
void check(const benchmark& called, std::span<char*> arguments);

/// What `--help` prints: of one benchmark with its options, or the list of all.
auto help_of(const benchmark& one) -> std::string;
auto help_of(std::span<const benchmark> all) -> std::string;

}  // namespace annals::benchmarks
