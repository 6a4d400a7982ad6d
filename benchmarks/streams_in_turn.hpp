// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/payload.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace annals::benchmarks {

/// The thousand streams of one caller, taken in turn, each with the version that the caller left there.
class streams_in_turn {
public:
    struct stream {
        std::string key = random_key();
        std::int64_t version = 0;
    };

    auto next() -> stream& { return streams_[number_++ % streams_.size()]; }

private:
    std::vector<stream> streams_ = std::vector<stream>(1000);
    std::size_t number_ = 0;
};

}  // namespace annals::benchmarks
