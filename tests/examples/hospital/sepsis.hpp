// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The hospital's log, from a file next to the checkout, read with this test's own code: the file has no quotes, so
/// every comma is a separator.
namespace annals::tests::sepsis {

inline const std::filesystem::path file = "../shared/data/sepsis.csv";

/// Prints for ctest that a test cannot run without the file.
auto is_there() -> bool;

/// A row by column; empty cells are left out.
using row = std::map<std::string, std::string>;

auto rows() -> std::vector<row>;

/// The rows of each patient in the file's order.
auto patients() -> std::map<std::string, std::vector<row>>;

auto value_of(const row&, const std::string& column) -> std::optional<std::string>;

}  // namespace annals::tests::sepsis
