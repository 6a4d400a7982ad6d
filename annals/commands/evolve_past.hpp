// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/ignored_types.hpp>
#include <annals/facts/evolve.hpp>

#include <type_traits>
#include <variant>

namespace annals::commands {

/// Applies a stored event to an aggregate. Throws `mismatch`, naming stream and version, for one that it cannot read,
/// and for one of a type that it neither knows nor ignores.
template <class Aggregate>
void evolve_past(Aggregate& state, const eventstore::recorded_event& event)
{
    static const auto ignored = ignored_types<Aggregate>();
    const auto evolve = [&](const auto& fact) { facts::evolve(state, fact, event); };
    if (facts::for_each_fact<typename Aggregate::event>(event, evolve)) return;
    for (const auto& pattern : ignored)
        if (pattern.matches(event.type)) return;
    detail::refuse_unknown(event, short_name<Aggregate>());
}

/// Whether the aggregate's state depends on what only the log knows of an event, such as when it was recorded.
template <class Aggregate>
consteval auto sees_records() -> bool
{
    return []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
        return (facts::evolves_with_event<Aggregate, Facts> || ...);
    }(std::type_identity<typename Aggregate::event>{});
}

}  // namespace annals::commands
