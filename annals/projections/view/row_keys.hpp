// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>
#include <annals/facts/key_text.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// The rows of a view that a fact belongs to.
namespace annals::projections {

namespace detail {

using eventstore::recorded_event;

template <class View, class Fact>
concept keyed_by_fact = requires(const Fact& fact) { View::key(fact); };
template <class View, class Fact>
concept keyed_by_event = requires(const Fact& fact, const recorded_event& at) { View::key(fact, at); };

template <class View>
concept has_keys = requires { &View::key; } || []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
    return ((keyed_by_fact<View, Facts> || keyed_by_event<View, Facts>) || ...);
}(std::type_identity<typename View::event>{});

template <class Key>
consteval auto is_row_key() -> bool
{
    constexpr bool fits = std::convertible_to<const Key&, std::string_view> || facts::detail::is_key<Key>;
    static_assert(fits,
                  "annals: a view's `key` gives a text, a whole number, an enum or a type with ANNALS_TEXT, or an "
                  "optional or a vector of those: none or several rows");
    return fits;
}

template <class Key>
auto as_list(const Key& key) -> std::vector<std::string>
{
    if constexpr (std::convertible_to<const Key&, std::string_view>) return {std::string(std::string_view(key))};
    else if constexpr (is_row_key<Key>()) return {facts::detail::key_text(key)};
    else return {};
}
template <class Key>
auto as_list(const std::vector<Key>& keys) -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (const auto& key : keys)
        for (auto& one : as_list(key)) all.push_back(std::move(one));
    return all;
}
template <class Key>
auto as_list(const std::optional<Key>& key) -> std::vector<std::string>
{
    return key ? as_list(*key) : std::vector<std::string>{};
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

}  // namespace annals::projections
