// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <benchmarks/report.hpp>
#include <benchmarks/streams_in_turn.hpp>

namespace annals::benchmarks {

/// The appends of one caller: several events together to one of a thousand streams of its own, in turn, each
/// expecting the version that it left there.
class appends_in_turn {
public:
    explicit appends_in_turn(int events) : events_(events) {}

    auto next() -> eventstore::append_request;

private:
    int events_;
    int number_ = 0;
    streams_in_turn streams_;
};

/// Several callers with such appends, each waiting for the result. Throws when one fails.
auto run_appends_in_turn(eventstore::store&, int callers, int events, seconds for_s) -> sample;

}  // namespace annals::benchmarks
