// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/acknowledged.hpp>
#include <tests/fault/runner/checked.hpp>
#include <tests/fault/runner/log_rows.hpp>

namespace annals::fault_runs {

/// Positions are 1, 2, 3 … in a log and versions in a stream, in the same order; a key is in one log; an id is there
/// once.
auto check_numbers(const whole_log&) -> checked;

/// Every acknowledged append is in the log once, where it was said to be; one that was refused is not; one in doubt is
/// there completely or not at all; and nothing is there that nobody tried.
auto check_appends(const whole_log&, const std::vector<tried_append>&) -> checked;

}  // namespace annals::fault_runs
