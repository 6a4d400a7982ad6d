// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/appends_in_turn.hpp>

#include <benchmarks/callers.hpp>
#include <benchmarks/in_flight.hpp>

namespace annals::benchmarks {

using namespace eventstore;

auto appends_in_turn::next() -> append_request
{
    auto& stream = streams_.next();
    stream_append part{{"sample", stream.key}, expected_version::exactly({stream.version}), {}};
    for (int i = 0; i < events_; ++i) part.events.push_back(event(++number_));
    stream.version += events_;
    return {.streams = {std::move(part)}};
}

auto run_appends_in_turn(store& log, int callers, int events, seconds for_s) -> sample
{
    return run_callers(callers, for_s, [&](int) -> one_call {
        return [&log, events, appends = appends_in_turn(events)]() mutable {
            must_succeed(log.append(appends.next()));
            return events;
        };
    });
}

}  // namespace annals::benchmarks
