// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/troubles.hpp>

namespace annals::sagas::simulation {

auto any_troubles(chance& random) -> troubles
{
    const auto often = [&](double most) { return most * random.one_of({0.0, 0.0, 0.1, 0.4, 1.0}); };
    return {.crash = often(0.03),
            .stall = often(0.06),
            .storage = often(0.05),
            .lost = often(0.3),
            .slow = often(0.3),
            .silent = often(0.3),
            .twice = often(0.3),
            .moods = {.busy = often(0.4), .refusing = often(0.3)}};
}

auto any_settings(chance& random) -> engine_settings
{
    engine_settings some;
    for (const auto* service : {"lab0", "lab1", "lab2", "lab3"}) {
        if (random.is(0.8)) continue;
        some.services[service] = {.in_flight_max = static_cast<std::size_t>(random.between(1, 2)),
                                  .failures_max = random.between(1, 5),
                                  .pause = random.time(500, 5000)};
    }
    return some;
}

}  // namespace annals::sagas::simulation
