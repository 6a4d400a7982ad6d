// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/orchestrator/participant.hpp>

#include <cstddef>
#include <string>

namespace annals::sagas {

/// No error of an attempt is stored longer.
inline constexpr std::size_t error_bytes_max = 2000;
/// No result is longer: a fact holds it, and some words of its own.
inline constexpr std::size_t result_bytes_max = 512 << 10;

/// Cut to `error_bytes_max` between characters; empty when it could not be stored.
auto limited_error(std::string) -> std::string;

/// An outcome as it can be stored. A result that cannot be leaves the attempt in doubt: it is done, but nobody may
/// count on it.
auto storable(outcome) -> outcome;

}  // namespace annals::sagas
