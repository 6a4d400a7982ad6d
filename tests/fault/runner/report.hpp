// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace annals::fault_runs {

/// A promise that was broken: which check saw it, and where.
struct violation {
    std::string check, what;
    int episode = 0;
};

/// What a run did and found.
struct report {
    std::uint64_t seed = 0;
    int episodes = 0;
    std::chrono::seconds took{};
    std::map<std::string, std::int64_t> faults;      ///< by kind
    std::map<std::string, std::int64_t> acts;        ///< of operators
    std::map<std::string, std::int64_t> checks;      ///< done, by kind
    std::map<std::string, std::string> skipped;      ///< why a kind of fault was left out
    std::int64_t appended = 0, refused = 0, in_doubt = 0;   ///< events; appends; appends without an answer
    std::int64_t published = 0, applied = 0;         ///< events: acknowledged by the broker, in all read models
    std::vector<violation> violations;

    auto faults_in_all() const -> std::int64_t;
};

auto as_table(const report&) -> std::string;
auto as_json(const report&) -> std::string;

}  // namespace annals::fault_runs
