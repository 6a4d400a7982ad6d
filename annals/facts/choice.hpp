// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/fields.hpp>

#include <array>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

/// A `std::variant` of described structs: an object with one member, named as the struct that it holds.
namespace annals::facts::detail {

template <described_struct... Ts>
consteval auto names_of_choice(std::type_identity<std::variant<Ts...>>)
{
    return std::array<std::string_view, sizeof...(Ts)>{annals_struct_name(static_cast<const Ts*>(nullptr))...};
}

template <class Choice>
consteval auto have_own_names() -> bool
{
    constexpr auto names = names_of_choice(std::type_identity<Choice>{});
    constexpr bool distinct = [&] {
        for (std::size_t i = 0; i < names.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (names[i] == names[j]) return false;
        return true;
    }();
    static_assert(distinct, "annals: two structs of this variant have one name: it is unclear which one is stored");
    return distinct;
}

/// The names, for messages: `card, invoice`.
template <class Choice>
auto choice_names() -> std::string
{
    std::string all;
    for (const auto name : names_of_choice(std::type_identity<Choice>{}))
        all.append(all.empty() ? "" : ", ").append(name);
    return all;
}

/// Calls `visit(value)` with the alternative of this name, which `choice` then holds. False: there is none.
template <class... Ts, class Visit>
auto visit_named(std::variant<Ts...>& choice, std::string_view name, Visit visit) -> bool
{
    const auto attempt = [&]<class T>(std::type_identity<T>) {
        if (name != annals_struct_name(static_cast<const T*>(nullptr))) return false;
        visit(choice.template emplace<T>());
        return true;
    };
    return (attempt(std::type_identity<Ts>{}) || ...);
}

}  // namespace annals::facts::detail
