// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// The rows that the example's projections must hold, computed from the file with loops: cells joined by `|`, nulls
/// left out, in the order of the first column.
namespace annals::tests::sepsis {

auto activity_counts() -> std::vector<std::string>;
auto journeys() -> std::vector<std::string>;
auto laboratory_values() -> std::vector<std::string>;

}  // namespace annals::tests::sepsis
