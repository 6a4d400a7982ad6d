// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace annals::tests {

/// The rights of each role, from `privileges.txt`.
struct privilege_matrix {
    std::vector<std::string> roles;          ///< in the file's order, such as `annals_writer`
    /// By object, such as `table annals.events`: for each role the letters of its rights.
    std::map<std::string, std::vector<std::string>> lines;
};

/// Throws when a line does not have one entry for each role, or an object occurs twice.
auto read_privilege_matrix(const std::string& path) -> privilege_matrix;

}  // namespace annals::tests
