// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/plan.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace annals::cli {

/// A step's line in the tree of a saga: its text begins with the branches that lead to it.
struct tree_line {
    std::size_t step = 0;                            ///< in the definition
    std::string text;                                ///< `└─ ship (and pack)`
};

/// The steps as a tree, each once: below the last of the steps that it comes after; the others are named.
auto saga_tree(const sagas::plan&) -> std::vector<tree_line>;

}  // namespace annals::cli
