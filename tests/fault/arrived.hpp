// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace annals::tests {

/// The first difference between what was acknowledged (the version of each stream) and what the log and the two
/// projections of this folder hold, or nothing. Compared in plain SQL, without any code of annals; an unreachable
/// server is a difference, too.
auto difference_in_rows(const std::string& dsn, const std::map<std::string, std::int64_t>& versions) -> std::string;

}  // namespace annals::tests
