// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>

namespace annals::sagas::simulation {

/// Random numbers from a seed, the same everywhere (S. Vigna: splitmix64).
class chance {
public:
    explicit chance(std::uint64_t seed) : state_(seed) {}

    auto next() -> std::uint64_t
    {
        auto z = state_ += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }
    /// In [0, 1).
    auto real() -> double { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    auto is(double probability) -> bool { return real() < probability; }
    auto between(int first, int last) -> int
    {
        return first + static_cast<int>(next() % static_cast<std::uint64_t>(last - first + 1));
    }
    auto time(int first_ms, int last_ms) -> std::chrono::milliseconds
    {
        return std::chrono::milliseconds(between(first_ms, last_ms));
    }
    template <class T>
    auto one_of(std::initializer_list<T> all) -> T
    {
        return *(all.begin() + between(0, static_cast<int>(all.size()) - 1));
    }

private:
    std::uint64_t state_;
};

}  // namespace annals::sagas::simulation
