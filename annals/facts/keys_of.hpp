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

/// The keys that a fact belongs to, in a struct that keeps something under each: the rows of a view, the states of a
/// process manager.
namespace annals::facts {

namespace detail {

using eventstore::recorded_event;

template <class Struct, class Fact>
concept keyed_by_fact = requires(const Fact& fact) { Struct::key(fact); };
template <class Struct, class Fact>
concept keyed_by_event = requires(const Fact& fact, const recorded_event& at) { Struct::key(fact, at); };

template <class Struct>
concept has_keys = requires { &Struct::key; } || []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
    return ((keyed_by_fact<Struct, Facts> || keyed_by_event<Struct, Facts>) || ...);
}(std::type_identity<typename Struct::event>{});

template <class Key>
consteval auto is_key_of_a_struct() -> bool
{
    constexpr bool fits = std::convertible_to<const Key&, std::string_view> || is_key<Key>;
    static_assert(fits,
                  "annals: `key` gives a text, a whole number, an enum or a type with ANNALS_TEXT, or an optional or a "
                  "vector of those: none or several keys");
    return fits;
}

template <class Key>
auto as_list(const Key& key) -> std::vector<std::string>
{
    if constexpr (std::convertible_to<const Key&, std::string_view>) return {std::string(std::string_view(key))};
    else if constexpr (is_key_of_a_struct<Key>()) return {key_text(key)};
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

/// The keys that a fact belongs to: the stream's key unless the struct has a `key` of its own.
template <class Struct, class Fact>
auto keys_of(const Fact& fact, const eventstore::recorded_event& at) -> std::vector<std::string>
{
    if constexpr (detail::keyed_by_event<Struct, Fact>) return detail::as_list(Struct::key(fact, at));
    else if constexpr (detail::keyed_by_fact<Struct, Fact>) return detail::as_list(Struct::key(fact));
    else return {at.stream.key};
}

}  // namespace annals::facts
