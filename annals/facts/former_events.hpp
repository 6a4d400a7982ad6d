// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>

#include <boost/mp11/algorithm.hpp>

#include <array>
#include <concepts>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// Which stored types become which facts, and what the compiler says when this is not consistent.
namespace annals::facts::detail {

namespace mp11 = boost::mp11;

template <class Fact>
constexpr auto former_events_of()
{
    if constexpr (requires(const Fact* type) { annals_former_events(type); })
        return decltype(annals_former_events(static_cast<const Fact*>(nullptr))){};
    else return former_events<>{};
}
template <class Fact> using formers = decltype(former_events_of<Fact>());

template <class Fact>
constexpr auto former_names_of()
{
    if constexpr (requires(const Fact* type) { annals_former_names(type); })
        return annals_former_names(static_cast<const Fact*>(nullptr));
    else return std::array<std::string_view, 0>{};
}

/// Whether a fact is or was stored under this name.
template <fact Fact>
constexpr auto has_name(std::string_view name) -> bool
{
    bool found = name == type_of<Fact>();
    for (const auto& former : former_names_of<Fact>()) found = found || name == former;
    return found;
}

/// It has an `upcast` to other facts: no reader sees the event itself any more.
template <class Event>
concept became_others = requires(const Event& was) { upcast(was); };
template <class Event> using outcome_of = decltype(upcast(std::declval<const Event&>()));

/// The facts that an outcome may consist of.
template <class T> struct facts_within {
    using type = former_events<T>;
};
template <class T> struct facts_within<std::vector<T>> : facts_within<T> {};
template <class T> struct facts_within<std::optional<T>> : facts_within<T> {};
template <class... Ts> struct facts_within<std::variant<Ts...>> {
    using type = mp11::mp_append<former_events<>, typename facts_within<Ts>::type...>;
};
template <class... Ts> struct facts_within<std::tuple<Ts...>> : facts_within<std::variant<Ts...>> {};
template <class Event> using facts_from = typename facts_within<outcome_of<Event>>::type;

/// All stored types that some facts come from: their own, and those of events that became them, over any number of
/// steps.
template <class Found, class Waiting> struct sources {
    using type = Found;
};
template <class... Found, class Next, class... Rest>
struct sources<former_events<Found...>, former_events<Next, Rest...>> {
    static constexpr bool seen = (std::same_as<Next, Found> || ...);
    using known = std::conditional_t<seen, former_events<Found...>, former_events<Found..., Next>>;
    using rest =
        std::conditional_t<seen, former_events<Rest...>, mp11::mp_append<former_events<Rest...>, formers<Next>>>;
    using type = typename sources<known, rest>::type;
};
template <class Variant> using sources_of =
    typename sources<former_events<>, mp11::mp_rename<Variant, former_events>>::type;

/// Whether a reader that lists these facts may find this one in its log, or an event that became one of them.
template <class Event, class Variant>
concept may_be_stored = mp11::mp_contains<sources_of<Variant>, Event>::value;

}  // namespace annals::facts::detail
