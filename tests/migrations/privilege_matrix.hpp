// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace annals::tests {

/// Who may do what, as `privileges.txt` says it.
struct privilege_matrix {
    std::vector<std::string> roles;          ///< in the file's order, such as `annals_writer`
    /// By object, such as `table annals.events`: for each role the letters of what it may do.
    std::map<std::string, std::vector<std::string>> lines;
};

/// Throws when a line has not one entry for each role, or an object stands there twice.
auto read_privilege_matrix(const std::string& path) -> privilege_matrix;

}  // namespace annals::tests
