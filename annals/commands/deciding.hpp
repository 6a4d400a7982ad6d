// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/aggregate.hpp>
#include <annals/commands/context.hpp>

#include <concepts>
#include <variant>

namespace annals::commands {

template <class Event>
class decision;

/// What an aggregate decides, and what others claim of it. Each function here passes, or stops the compiler with one
/// sentence, as those of `aggregate.hpp` do.
namespace detail {

template <class Aggregate, class Event>
consteval auto records() -> bool
{
    if constexpr (!is_aggregate<Aggregate>()) {
        return false;
    } else {
        constexpr bool known = is_one_of<Event, typename Aggregate::event>;
        static_assert(known, "annals: the aggregate does not have this event among its `event` alternatives");
        return known;
    }
}

template <class Aggregate, class Command>
concept decides_in_context = requires(const Aggregate& state, const Command& command, const context& at) {
    { state.decide(command, at) } -> std::convertible_to<decision<typename Aggregate::event>>;
};

template <class Aggregate, class Command>
concept decides_alone = requires(const Aggregate& state, const Command& command) {
    { state.decide(command) } -> std::convertible_to<decision<typename Aggregate::event>>;
};

template <class Aggregate, class Command>
consteval auto decides() -> bool
{
    if constexpr (!is_aggregate<Aggregate>()) {
        return false;
    } else {
        constexpr bool there = decides_in_context<Aggregate, Command> || decides_alone<Aggregate, Command>;
        static_assert(
            there,
            "annals: the aggregate lacks a function for this command: auto decide(const Command&) const -> decision, "
            "or auto decide(const Command&, const commands::context&) const -> decision");
        return there;
    }
}

template <class Aggregate, class Command>
auto decide(const Aggregate& state, const Command& command, const context& at) -> decision<typename Aggregate::event>
{
    if constexpr (decides_in_context<Aggregate, Command>) return state.decide(command, at);
    else return state.decide(command);
}

/// Whether a claim of the aggregate can be given back: the aggregate says when it is free.
template <class Aggregate>
concept says_when_free = requires(const Aggregate& state) {
    { state.is_free() } -> std::same_as<bool>;
};

template <class Aggregate, class Event>
consteval auto releases() -> bool
{
    if constexpr (!records<Aggregate, Event>()) {
        return false;
    } else {
        constexpr bool known = says_when_free<Aggregate>;
        static_assert(known, "annals: only an aggregate that says when it is free can be released: "
                             "auto is_free() const -> bool");
        return known;
    }
}

}  // namespace detail
}  // namespace annals::commands
