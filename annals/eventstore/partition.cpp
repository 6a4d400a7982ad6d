// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/partition.hpp>

#include <cstddef>

namespace annals::eventstore {

auto murmur2(std::string_view bytes) -> std::int32_t
{
    constexpr std::uint32_t multiplier = 0x5bd1e995;
    constexpr int shift = 24;
    const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])); };

    auto hash = 0x9747b28cU ^ static_cast<std::uint32_t>(bytes.size());
    const auto whole = bytes.size() / 4 * 4;
    for (std::size_t at = 0; at < whole; at += 4) {
        auto word = byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
        word *= multiplier;
        word ^= word >> shift;
        word *= multiplier;
        hash = hash * multiplier ^ word;
    }
    if (const auto left = bytes.size() - whole; left > 0) {
        for (std::size_t at = left; at-- > 0;) hash ^= byte(whole + at) << (8 * at);
        hash *= multiplier;
    }
    hash ^= hash >> 13;
    hash *= multiplier;
    hash ^= hash >> 15;
    return static_cast<std::int32_t>(hash);
}

auto partition_of(std::string_view key, int partitions) -> int { return (murmur2(key) & 0x7fffffff) % partitions; }

}  // namespace annals::eventstore
