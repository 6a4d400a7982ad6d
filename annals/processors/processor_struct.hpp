// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>
#include <annals/processors/header.hpp>

#include <concepts>
#include <exception>
#include <type_traits>
#include <variant>

/// How a plain struct that is a processor takes facts: the checks of its struct.
namespace annals::processors {

namespace detail {

using eventstore::recorded_event;

template <class Struct, class Fact>
concept applies_fact = requires(Struct& one, const Fact& fact) { one.apply(fact); };
template <class Struct, class Fact>
concept applies_event = requires(Struct& one, const Fact& fact, const recorded_event& at) { one.apply(fact, at); };
template <class Struct, class Fact>
concept applies_with_rows = requires(Struct& one, const Fact& fact, const recorded_event& at,
                                     pqxx::transaction_base& tx) { one.apply(fact, at, tx); };

template <class Struct, class Fact>
consteval auto applies() -> bool
{
    constexpr bool stored = facts::fact<Fact>;
    static_assert(stored,
                  "annals: this event of the processor has no stored name: write ANNALS_EVENT below its struct");
    constexpr bool there = applies_fact<Struct, Fact> || applies_event<Struct, Fact> || applies_with_rows<Struct, Fact>;
    static_assert(there, "annals: the processor lacks a function for this event: void apply(const Fact&), if you like "
                         "with `const eventstore::recorded_event& at` and `pqxx::transaction_base& tx`");
    return stored && there;
}

template <class> inline constexpr bool lists_facts = false;
template <class... Facts> inline constexpr bool lists_facts<std::variant<Facts...>> = true;

template <class Struct>
consteval auto is_processor() -> bool
{
    constexpr bool has_header = requires {
        { Struct::header } -> std::convertible_to<header>;
    };
    static_assert(has_header, "annals: a processor says what it is: `static constexpr processors::header header{…};`");
    constexpr bool lists = [] {
        if constexpr (requires { typename Struct::event; }) return lists_facts<typename Struct::event>;
        else return false;
    }();
    static_assert(lists, "annals: a processor lists the events it knows: `using event = std::variant<…>`");
    if constexpr (has_header && lists)
        return []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
            return (applies<Struct, Facts>() & ...);
        }(std::type_identity<typename Struct::event>{});
    else return false;
}

/// Throws a retryable `error` that names the event.
[[noreturn]] void refuse_for_now(const recorded_event&, const std::exception&);

}  // namespace detail

}  // namespace annals::processors
