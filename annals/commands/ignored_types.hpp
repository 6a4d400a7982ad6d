// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/short_name.hpp>
#include <annals/eventstore/type_pattern.hpp>
#include <annals/facts/facts.hpp>

#include <concepts>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

/// Unknown events of an aggregate. It would decide as if they had not happened, so it stops, unless its struct says
/// that such events do not matter to it:
///
///     static constexpr auto ignores = "sample.noted";                                // one type, or a pattern
///     static constexpr std::array ignores{"sample.noted", "sample.photo.*"};         // several
namespace annals::commands {

namespace detail {

template <class Aggregate>
concept says_ignores = requires { Aggregate::ignores; };

template <class Aggregate>
concept ignores_one = requires {
    { Aggregate::ignores } -> std::convertible_to<std::string_view>;
};

template <class Aggregate>
concept ignores_several = !ignores_one<Aggregate> && requires {
    { *std::ranges::begin(Aggregate::ignores) } -> std::convertible_to<std::string_view>;
};

template <class Aggregate, class Visit>
constexpr void for_each_ignored(Visit visit)
{
    if constexpr (ignores_one<Aggregate>) visit(std::string_view(Aggregate::ignores));
    else if constexpr (ignores_several<Aggregate>)
        for (const auto& pattern : Aggregate::ignores) visit(std::string_view(pattern));
}

/// Whether one of the aggregate's own events, including former ones, is stored under this name.
template <class Aggregate>
constexpr auto knows_type(std::string_view name) -> bool
{
    return [&]<class... Events>(facts::former_events<Events...>) {
        return (facts::detail::has_name<Events>(name) || ...);
    }(facts::detail::sources_of<typename Aggregate::event>{});
}

/// Whether `ignores` is valid; otherwise stops the compiler with one sentence.
template <class Aggregate>
consteval auto ignores_well() -> bool
{
    if constexpr (says_ignores<Aggregate>) {
        constexpr bool listed = ignores_one<Aggregate> || ignores_several<Aggregate>;
        static_assert(listed, "annals: what an aggregate ignores is a type's name or pattern, or a list of them: "
                              "static constexpr auto ignores = \"sample.noted\";");
        constexpr bool valid = [] {
            bool all = true;
            for_each_ignored<Aggregate>([&](auto text) { all &= eventstore::type_pattern::is_valid(text); });
            return all;
        }();
        static_assert(valid, "annals: a pattern in `ignores` is malformed: *, ** and > stand for whole tokens between "
                             "dots, and > is the last");
        constexpr bool apart = [] {
            bool all = true;
            for_each_ignored<Aggregate>([&](std::string_view text) { all &= !knows_type<Aggregate>(text); });
            return all;
        }();
        static_assert(apart, "annals: the aggregate ignores an event that it has among its `event` alternatives");
        return listed && valid && apart;
    } else {
        return true;
    }
}

/// Throws `mismatch`: names the event, and what to do.
[[noreturn]] void refuse_unknown(const eventstore::recorded_event&, const std::string& aggregate);

}  // namespace detail

/// The patterns of `ignores`.
template <class Aggregate>
auto ignored_types() -> std::vector<eventstore::type_pattern>
{
    std::vector<eventstore::type_pattern> all;
    detail::for_each_ignored<Aggregate>(
        [&](std::string_view text) { all.push_back(eventstore::type_pattern::parse(text)); });
    return all;
}

}  // namespace annals::commands
