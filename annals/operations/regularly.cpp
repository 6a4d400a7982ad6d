// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/regularly.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/server_away.hpp>
#include <annals/telemetry/repeated_problem.hpp>

namespace annals::operations {

void regularly(const char* what, pauses between, const std::stop_token& stop, const std::function<void()>& work)
{
    telemetry::repeated_problem problem(what);
    while (!stop.stop_requested()) {
        auto pause = between.after_failure;
        try {
            work();
            problem.over();
            pause = between.after_success;
        } catch (const eventstore::server_away&) {
            // The process logs it.
        } catch (const std::exception& met) {
            problem.met(met.what());
        }
        eventstore::pause(stop, pause);
    }
}

}  // namespace annals::operations
