// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <cstdint>

namespace annals::processors {

/// How much of one processor may be parked, over all its logs; beyond that it stops.
struct parking_limits {
    std::int64_t keys = 1'000;
    std::int64_t events = 100'000;
};

}  // namespace annals::processors
