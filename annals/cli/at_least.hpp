// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>

#include <cstdint>

namespace annals::cli {

/// For an option that takes a whole number: refuses one below `least`.
auto at_least(std::int64_t least) -> CLI::Validator;

}  // namespace annals::cli
