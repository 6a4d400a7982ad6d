// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/report.hpp>

#include <functional>

namespace annals::benchmarks {

/// What one caller does once; returns how many events that were.
using one_call = std::function<int()>;

/// Lets several callers call in threads of their own for a time, each what `make(caller)` gives it.
auto run_callers(int callers, seconds for_s, const std::function<one_call(int)>& make) -> sample;

}  // namespace annals::benchmarks
