// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/benchmark.hpp>

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace annals::benchmarks {

/// The command line is wrong: says what is wrong, and what is possible.
struct wrong_usage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws `wrong_usage` for an argument that a benchmark does not take: an unknown option, one without its value, an
/// invalid number or one that is too small.
void check(const benchmark& called, std::span<char*> arguments);

/// For `--only` with a text that no workload's name has: says which there are.
auto no_workload(std::string_view text, std::span<const std::string> names) -> wrong_usage;

/// The output of `--help`: one benchmark with its options, or the list of all.
auto help_of(const benchmark& one) -> std::string;
auto help_of(std::span<const benchmark> all) -> std::string;

}  // namespace annals::benchmarks
