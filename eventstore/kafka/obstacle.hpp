// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace annals::eventstore::kafka {

/// What keeps a log, or all logs of a category, from being published, and what would end that. For people.
struct obstacle {
    std::string reason;
    std::string to_do;                       ///< sentences; what comes right by itself says so

    auto operator==(const obstacle&) const -> bool = default;
};

/// By category.
using obstacles = std::map<std::string, obstacle>;

}  // namespace annals::eventstore::kafka
