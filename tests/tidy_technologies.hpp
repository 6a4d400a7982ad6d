// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

/// Which technology stays where.
namespace annals::tests {

/// A technology stays in its folders.
inline const std::vector<std::pair<std::string, std::vector<std::string>>> technologies{
    {"librdkafka/", {"kafka", "tests/fault/runner"}},    // which checks without any code of annals
    {"libpq-fe.h", {"libpq"}},
    {"pqxx/",
     {"eventstore/postgres", "libpq", "processors", "sagas/orchestrator", "sagas/participants",
      "sagas/process_managers", "projections", "testing", "queries", "app", "operations", "examples", "benchmarks",
      "tests"}},
    {"nlohmann/", {"eventstore", "benchmarks", "tests"}},
    {"simdjson", {"facts"}},
    {"toml++/", {"app", "sagas"}},
    {"CLI/", {"cli", "tests/cli"}},
    {"curl/", {"sagas/participants"}},
    {"expat.h", {"cli/import"}},
    {"zlib.h", {"cli/import", "tests/cli/import"}},
    {"doctest/", {"tests", "eventstore/contract"}},
    {"rapidcheck", {"tests"}},
};

}  // namespace annals::tests
