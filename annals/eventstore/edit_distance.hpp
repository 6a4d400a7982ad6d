// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace annals::eventstore {

/// How many letters must be added, removed, changed, or swapped with their neighbour to turn one word into the other
/// (optimal string alignment). Letters are bytes.
auto edit_distance(std::string_view, std::string_view) -> std::size_t;

}  // namespace annals::eventstore
