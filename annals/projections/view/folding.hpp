// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/former_events.hpp>
#include <annals/projections/header.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

/// How a view takes facts: the checks of its struct, the rows that a fact belongs to, and how the fact changes them.
namespace annals::projections {

template <class T>
concept has_header = requires {
    { T::header } -> std::convertible_to<header>;
};

namespace detail {

using eventstore::recorded_event;

template <class> inline constexpr bool is_variant = false;
template <class... Alternatives> inline constexpr bool is_variant<std::variant<Alternatives...>> = true;

template <class T>
concept lists_events = requires { typename T::event; } && is_variant<typename T::event>;

template <class View, class Fact>
concept evolves_with_fact = requires(View& view, const Fact& fact) { view.evolve(fact); };
template <class View, class Fact>
concept evolves_with_event =
    requires(View& view, const Fact& fact, const recorded_event& at) { view.evolve(fact, at); };

template <class View, class Fact>
concept keyed_by_fact = requires(const Fact& fact) { View::key(fact); };
template <class View, class Fact>
concept keyed_by_event = requires(const Fact& fact, const recorded_event& at) { View::key(fact, at); };

template <class View>
concept has_keys = requires { &View::key; } || []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
    return ((keyed_by_fact<View, Facts> || keyed_by_event<View, Facts>) || ...);
}(std::type_identity<typename View::event>{});

template <class View, class Fact>
consteval auto folds() -> bool
{
    constexpr bool stored = facts::fact<Fact>;
    static_assert(stored, "annals: this event of the view has no stored name: write ANNALS_EVENT below its struct");
    constexpr bool evolves = evolves_with_fact<View, Fact> || evolves_with_event<View, Fact>;
    static_assert(evolves,
                  "annals: the view lists an event that it does not fold: add `void evolve(const Fact&)` to it");
    constexpr bool has_key = !has_keys<View> || keyed_by_fact<View, Fact> || keyed_by_event<View, Fact>;
    static_assert(
        has_key,
        "annals: the view has a `key` for other events, but not for this one: add `static auto key(const Fact&)`");
    return stored && evolves && has_key;
}

template <class View>
consteval auto is_view() -> bool
{
    static_assert(has_header<View>,
                  "annals: a view says what it is: `static constexpr projections::header header{…};`");
    static_assert(lists_events<View>, "annals: a view lists the events it knows: `using event = std::variant<…>`");
    static_assert(facts::described_struct<View>,
                  "annals: a view's fields are columns: add ANNALS_FIELDS(View, …) below it");
    if constexpr (has_header<View> && lists_events<View> && facts::described_struct<View>)
        return []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
            return (folds<View, Facts>() & ...);
        }(std::type_identity<typename View::event>{});
    else return false;
}

/// Whether a test may give the view this event: only if the view would also get it from the log.
template <class View, class Fact>
consteval auto takes() -> bool
{
    constexpr bool listed =
        std::same_as<Fact, eventstore::new_event> || facts::detail::may_be_stored<Fact, typename View::event>;
    static_assert(listed,
                  "annals: the view does not list this event among its `event` alternatives, and would never see it");
    return listed;
}

inline auto as_list(std::string key) -> std::vector<std::string> { return {std::move(key)}; }
inline auto as_list(std::vector<std::string> keys) -> std::vector<std::string> { return keys; }
inline auto as_list(std::optional<std::string> key) -> std::vector<std::string>
{
    return key ? std::vector{std::move(*key)} : std::vector<std::string>{};
}

}  // namespace detail

/// The rows that a fact belongs to: the stream's key unless the view has a `key` of its own.
template <class View, class Fact>
auto keys_of(const Fact& fact, const eventstore::recorded_event& at) -> std::vector<std::string>
{
    if constexpr (detail::keyed_by_event<View, Fact>) return detail::as_list(View::key(fact, at));
    else if constexpr (detail::keyed_by_fact<View, Fact>) return detail::as_list(View::key(fact));
    else return {at.stream.key};
}

template <class View, class Fact>
void fold(View& view, const Fact& fact, const eventstore::recorded_event& at)
{
    if constexpr (detail::evolves_with_event<View, Fact>) view.evolve(fact, at);
    else view.evolve(fact);
}

}  // namespace annals::projections
