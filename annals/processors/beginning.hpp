// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace annals::processors {

/// Where a processor begins when a database does not know it yet.
enum class beginning {
    first_event,   ///< at the first event of each log: it does its work for everything that ever happened
    next_event     ///< at the first event that comes after the program was started with it for the first time
};

}  // namespace annals::processors
