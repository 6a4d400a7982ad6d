// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace annals::tests {

/// An SQL statement that is a constant in a file of the library or the programs.
struct source_statement {
    std::string name;                        ///< file without folder and ending, a dot, the constant's name
    std::string text;
};

/// The statements of one file; literals that follow each other are one. `stem` begins the names.
auto statements_in(std::string_view code, const std::string& stem) -> std::vector<source_statement>;

/// The statements in all files of these folders, from the root of the checkout.
auto statements_below(const std::vector<std::string>& folders) -> std::vector<source_statement>;

}  // namespace annals::tests
