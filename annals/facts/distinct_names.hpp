// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/former_events.hpp>

/// Whether facts are stored under names of their own: today, and before they were renamed.
namespace annals::facts::detail {

template <class One, class Other>
consteval auto have_names_of_their_own() -> bool
{
    constexpr bool apart = [] {
        bool met = has_name<One>(type_of<Other>());
        for (const auto name : former_names_of<Other>()) met = met || has_name<One>(name);
        return !met;
    }();
    static_assert(apart, "annals: two facts are stored under one name: it is unclear which is meant");
    return apart;
}

template <class... Before>
consteval auto have_distinct_names(former_events<Before...>, former_events<>) -> bool
{
    return true;
}

template <class... Before, class Next, class... Rest>
consteval auto have_distinct_names(former_events<Before...>, former_events<Next, Rest...>) -> bool
{
    if constexpr ((have_names_of_their_own<Before, Next>() && ...))
        return have_distinct_names(former_events<Before..., Next>{}, former_events<Rest...>{});
    else return false;
}

}  // namespace annals::facts::detail
