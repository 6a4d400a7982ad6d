// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

namespace annals::eventstore {

/// JSON in memory; members keep the order in which they were written.
using json = nlohmann::ordered_json;

}  // namespace annals::eventstore
