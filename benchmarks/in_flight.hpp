// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <benchmarks/report.hpp>

#include <functional>

namespace annals::benchmarks {

/// One thread that keeps a number of appends in flight for a time, each made by `next`. Throws when one fails.
auto run_in_flight(eventstore::store&, int limit, seconds for_s,
                   const std::function<eventstore::append_request()>& next) -> sample;

/// Throws with the text of the rejection.
void must_succeed(const eventstore::append_result&);

}  // namespace annals::benchmarks
