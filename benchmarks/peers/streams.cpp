// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/peers/streams.hpp>

namespace annals::benchmarks {

auto history::key(int n) -> std::string
{
    const auto digits = std::to_string(n);
    return "S-" + std::string(36 - digits.size(), '0') + digits;
}

auto whole_stream(std::size_t events) -> int
{
    if (events != history::events_per_stream)
        throw std::runtime_error("a stream of 100 events was loaded with " + std::to_string(events));
    return static_cast<int>(events);
}

}  // namespace annals::benchmarks
