// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The hospital's log as it lies beside the checkout, read by code of its own: without quotes in it, a comma is a
/// comma.
namespace annals::tests::sepsis {

inline const std::filesystem::path file = "../shared/data/sepsis.csv";

/// Says on stdout, for ctest to see, that a test cannot be made without the file.
auto is_there() -> bool;

/// A row by column; a cell without anything is not there.
using row = std::map<std::string, std::string>;

auto rows() -> std::vector<row>;

/// The rows of each patient in the file's order.
auto patients() -> std::map<std::string, std::vector<row>>;

auto value_of(const row&, const std::string& column) -> std::optional<std::string>;

}  // namespace annals::tests::sepsis
