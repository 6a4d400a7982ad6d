// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace annals::app {

/// `12,345`
auto with_separators(std::int64_t number) -> std::string;
/// `12,345.68`: of a number in decimal digits.
auto with_separators(std::string_view digits) -> std::string;

}  // namespace annals::app
