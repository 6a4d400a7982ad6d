// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/scratch_database.hpp>

#include <cstdint>

namespace annals::benchmarks {

/// A database whose category `sample` holds the courses of many samples: created, received, tested, reported. They are
/// under way side by side, so that the types of events alternate, and the logs are stored mixed, as appends leave them.
class laboratory_log : public scratch_database {
public:
    static constexpr int logs = 8;
    static constexpr int events_a_sample = 4;

    explicit laboratory_log(std::int64_t events);
};

}  // namespace annals::benchmarks
