// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace annals::processors::tests {

/// What random events, failures, retries and changes of owner came to.
struct parking_outcome {
    std::string fault;  ///< what broke the promise first, or nothing; "P1: …" is about the order
    std::size_t keys_parked_max = 0;  ///< at the same time
};

/// Appends events of a few keys. A journal refuses some of them for a while, sessions break, logs get another owner,
/// and an operator retries what is parked. In the end nothing is refused any more. The promise: then nothing is
/// parked. Each key's events were applied once each, in their order, and in the end all of them (P1 in
/// docs/decisions/0016). Equal seeds do the same.
/// Needs a database with a journal (`create_journal`) in which nothing was done yet.
auto run_parking(const std::string& dsn, std::uint64_t seed) -> parking_outcome;

}  // namespace annals::processors::tests
