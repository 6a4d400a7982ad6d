// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>

#include <string>

namespace annals::processors::tests {

/// The message of the `mismatch` that an action throws.
auto refusal_of(auto action) -> std::string
{
    try {
        action();
        return "nothing was thrown";
    } catch (const eventstore::mismatch& problem) {
        return problem.what();
    }
}

}  // namespace annals::processors::tests
