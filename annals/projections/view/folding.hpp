// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/evolve.hpp>
#include <annals/facts/former_events.hpp>
#include <annals/facts/keys_of.hpp>
#include <annals/projections/header.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

/// How a view takes facts: the checks of its struct.
namespace annals::projections {

template <class T>
concept has_header = requires {
    { T::header } -> std::convertible_to<header>;
};

/// Neither an aggregate, as far as can be told of what is not complete (it has no category and decides nothing), nor a
/// process manager.
template <class T>
concept meant_as_read_model =
    !requires { T::category; } && !requires { typename T::decision; } && !requires { T::header.process_manager; };

namespace detail {

using eventstore::recorded_event;
using facts::detail::has_keys, facts::detail::keyed_by_event, facts::detail::keyed_by_fact;

template <class> inline constexpr bool is_variant = false;
template <class... Alternatives> inline constexpr bool is_variant<std::variant<Alternatives...>> = true;

template <class T>
concept lists_events = requires { typename T::event; } && is_variant<typename T::event>;

template <class View, class Fact>
consteval auto folds() -> bool
{
    constexpr bool stored = facts::fact<Fact>;
    static_assert(stored, "annals: this event of the view has no stored name: write ANNALS_EVENT below its struct");
    constexpr bool evolves = facts::evolves<View, Fact>;
    static_assert(evolves,
                  "annals: the view lists an event that it does not fold: add `void evolve(const Fact&)` to it");
    constexpr bool has_key = !has_keys<View> || keyed_by_fact<View, Fact> || keyed_by_event<View, Fact>;
    static_assert(
        has_key,
        "annals: the view has a `key` for other events, but not for this one: add `static auto key(const Fact&)`");
    return stored && evolves && has_key;
}

template <class View>
consteval auto has_free_names() -> bool
{
    bool free = true;
    boost::mp11::mp_for_each<facts::detail::fields_of<View>>([&](auto field) {
        for (const std::string_view taken : {"key", "version", "changed_at"}) free = free && taken != field.name;
    });
    return free;
}

template <class View>
consteval auto has_columns_of_its_own() -> bool
{
    static_assert(has_free_names<View>(),
                  "annals: read.<view> has the columns key, version and changed_at: give the field another name");
    return has_free_names<View>();
}

template <class View>
consteval auto is_view() -> bool
{
    static_assert(has_header<View>,
                  "annals: a view says what it is: `static constexpr projections::header header{…};`");
    static_assert(lists_events<View>, "annals: a view lists the events it knows: `using event = std::variant<…>`");
    static_assert(facts::described_struct<View>,
                  "annals: a view's fields are columns: add ANNALS_FIELDS(View, …) below it");
    if constexpr (!has_header<View> || !lists_events<View> || !facts::described_struct<View>) return false;
    else if constexpr (has_columns_of_its_own<View>())
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

}  // namespace detail

}  // namespace annals::projections
