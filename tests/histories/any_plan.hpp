// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/plan.hpp>

#include <rapidcheck.h>

namespace annals::histories {

inline constexpr int streams_of_a_plan = 4;

inline auto any_step() -> rc::Gen<step>
{
    using deed = step::deed;
    using expectation = step::expectation;
    const auto deeds = rc::gen::weightedElement<deed>({{6, deed::append},
                                                       {3, deed::append_to_two},
                                                       {3, deed::append_with_check},
                                                       {2, deed::append_with_key},
                                                       {2, deed::append_in_transaction},
                                                       {2, deed::roll_back},
                                                       {3, deed::send_again},
                                                       {1, deed::send_changed},
                                                       {2, deed::read_stream},
                                                       {2, deed::read_log},
                                                       {1, deed::read_heads},
                                                       {1, deed::find_key}});
    const auto expectations = rc::gen::element(expectation::any, expectation::no_stream, expectation::exists,
                                               expectation::what_was_read, expectation::something_stale);
    return rc::gen::build<step>(rc::gen::set(&step::what, deeds), rc::gen::set(&step::expects, expectations),
                                rc::gen::set(&step::stream, rc::gen::inRange(0, streams_of_a_plan)),
                                rc::gen::set(&step::other, rc::gen::inRange(0, streams_of_a_plan)),
                                rc::gen::set(&step::events, rc::gen::inRange(1, 4)));
}

/// For this many clients, each with at most this many steps.
inline auto any_plan(int clients, int steps_max) -> rc::Gen<plan>
{
    auto steps = rc::gen::mapcat(rc::gen::inRange(1, steps_max + 1), [](int count) {
        return rc::gen::container<std::vector<step>>(static_cast<std::size_t>(count), any_step());
    });
    return rc::gen::build<plan>(rc::gen::set(&plan::partitions, rc::gen::inRange(1, 4)),
                                rc::gen::set(&plan::clients, rc::gen::container<std::vector<std::vector<step>>>(
                                                                 static_cast<std::size_t>(clients), std::move(steps))));
}

}  // namespace annals::histories
