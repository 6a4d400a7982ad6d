// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace annals::tests {

/// An SQL statement that stands as a constant in a file of the library or the programs.
struct source_statement {
    std::string name;                        ///< file without folder and ending, a dot, the constant's name
    std::string text;
};

/// Those of one file, as it stands: literals that follow each other are one. `stem` begins the names.
auto statements_in(std::string_view code, const std::string& stem) -> std::vector<source_statement>;

/// Those in all files of these folders, from the root of the checkout.
auto statements_below(const std::vector<std::string>& folders) -> std::vector<source_statement>;

}  // namespace annals::tests
