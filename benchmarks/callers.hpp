// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/report.hpp>

#include <functional>

namespace annals::benchmarks {

/// One call of a caller; returns how many events it handled.
using one_call = std::function<int()>;

/// Runs several callers in threads of their own for a time; each calls what `make(caller)` gives it.
auto run_callers(int callers, seconds for_s, const std::function<one_call(int)>& make) -> sample;

}  // namespace annals::benchmarks
