// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/history.hpp>

#include <set>
#include <string>

namespace annals::histories {

/// Which invariants a history breaks, by their letter and number, and how: the first few times of each.
struct report {
    std::set<std::string> broken;
    std::string text;                        ///< empty when all is well
};

auto check(const history&) -> report;

}  // namespace annals::histories
