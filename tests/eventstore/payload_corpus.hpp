// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// What may be stored and what may not, at the limits (docs/reference/payloads.md): one rule for every way to append
/// and to read.
namespace annals::tests {

struct payload_case {
    std::string what;  ///< for messages, since some payloads are long
    std::string payload;
    bool accepted;
};

/// Without NUL bytes, which no client of PostgreSQL can send.
auto payload_corpus() -> std::vector<payload_case>;

}  // namespace annals::tests
