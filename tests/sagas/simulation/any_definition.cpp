// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/any_definition.hpp>

namespace annals::sagas::simulation {
namespace {

auto any_step(chance& random, int number) -> step
{
    step one{.id = std::string(1, static_cast<char>('a' + number)),
             .service = "lab" + std::to_string(random.between(0, 3)),
             .timeout = random.time(500, 5000),
             .retries = random.one_of({0, 0, 1, 2, 3}),
             .retry_delay = random.time(100, 1000),
             .retry_delay_max = random.time(500, 3000)};
    if (random.is(0.75)) one.compensation = "undo_" + one.id;
    else one.compensation = no_compensation;
    if (!random.is(0.12)) return one;
    one.signal = random.one_of({"go", "ok"});
    one.timeout = random.time(1000, 20'000);
    return one;
}

}  // namespace

auto any_definition(chance& random) -> definition
{
    definition of{.name = "any",
                  .compensation_retries = random.between(0, 3),
                  .parallel_compensation = random.is(0.5),
                  .active_max = random.is(0.25) ? random.between(1, 3) : 100};
    if (random.is(0.3)) of.timeout = random.time(2000, 30'000);
    const auto size = random.between(1, 8);
    const auto density = random.one_of({0.0, 0.25, 0.5, 1.0});
    for (int i = 0; i < size; ++i) {
        auto one = any_step(random, i);
        for (int earlier = 0; earlier < i; ++earlier)
            if (density >= 1 ? earlier == i - 1 : random.is(density))
                one.after.push_back(of.steps[static_cast<std::size_t>(earlier)].id);
        of.steps.push_back(std::move(one));
    }
    if (auto& pivot = of.steps[static_cast<std::size_t>(random.between(0, size - 1))];
        random.is(0.35) && pivot.signal.empty())
        pivot.pivot = true;
    return of;
}

}  // namespace annals::sagas::simulation
