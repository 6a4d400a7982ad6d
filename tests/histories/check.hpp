// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/history.hpp>

#include <set>
#include <string>

namespace annals::histories {

/// The invariants that a history breaks, by their letter and number, and how: the first few violations of each.
struct report {
    std::set<std::string> broken;
    std::string text;                        ///< empty when there are none
};

auto check(const history&) -> report;

}  // namespace annals::histories
