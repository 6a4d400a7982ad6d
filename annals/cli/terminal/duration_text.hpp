// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace annals::cli {

/// For people: `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
auto duration_text(double seconds) -> std::string;

/// The same for what may be short: `16 ms` below a second.
auto age_text(double seconds) -> std::string;

}  // namespace annals::cli
