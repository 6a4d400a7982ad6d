// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace annals::kafka {

/// Why a log, or all logs of a category, cannot be published, and what would solve it. For people.
struct obstacle {
    std::string reason;
    std::string to_do;                       ///< sentences; also say when annals retries by itself
    std::string error = {};  ///< Kafka's name of the error, such as TOPIC_AUTHORIZATION_FAILED, if any

    auto operator==(const obstacle&) const -> bool = default;
};

/// By category.
using obstacles = std::map<std::string, obstacle>;

}  // namespace annals::kafka
