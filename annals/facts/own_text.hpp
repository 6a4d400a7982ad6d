// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/facts/text_form.hpp>

#include <concepts>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// A program's own types that are stored as a text.
namespace annals::facts {

namespace detail {

template <class T>
concept has_own_text = requires(std::type_identity<T> type) {
    { annals_text_name(type) } -> std::convertible_to<std::string_view>;
};

template <class T, class Made>
consteval auto makes() -> bool
{
    constexpr bool fits = std::convertible_to<Made, std::optional<T>>;
    static_assert(fits, "annals: the last of ANNALS_TEXT makes the value, or an optional of it, from a text");
    return fits;
}

}  // namespace detail

template <detail::has_own_text T>
struct text_form<T> {
    static constexpr auto expected = "a text", column = "text";
    static auto name() -> std::string { return std::string(annals_text_name(std::type_identity<T>{})); }
    static auto shape() -> std::string { return "text of " + name(); }
    static auto write(const T& value) -> std::string { return annals_to_text(value); }

    static auto read(std::string_view text) -> T
    try {
        using made_type = decltype(annals_from_text(std::type_identity<T>{}, std::string(text)));
        if constexpr (detail::makes<T, made_type>()) {
            std::optional<T> made = annals_from_text(std::type_identity<T>{}, std::string(text));
            if (made) return *std::move(made);
        }
        detail::refuse_text(text, "is not a " + name());
    } catch (const eventstore::invalid_request&) {
        throw;
    } catch (const std::exception& problem) {
        detail::refuse_text(text, "is not a " + name() + ": " + problem.what());
    }
};

}  // namespace annals::facts

/// Stores a type of one's own as a text: `ANNALS_TEXT(customer_id, to_string, parse_customer_id)`, directly below it.
/// `to_text(value)` gives a text. `from_text(text)` makes the value again, or an `optional` of it; where it throws or
/// gives none, the text is refused with its place. `from_text(to_text(value))` equals the value.
#define ANNALS_TEXT(Type, to_text, from_text)                                                                          \
    [[maybe_unused]] constexpr auto annals_text_name(::std::type_identity<Type>)->::std::string_view { return #Type; } \
    [[maybe_unused]] inline auto annals_to_text(const Type& annals_value) -> ::std::string                             \
    {                                                                                                                  \
        return ::std::string(to_text(annals_value));                                                                   \
    }                                                                                                                  \
    [[maybe_unused]] inline auto annals_from_text(::std::type_identity<Type>, const ::std::string& annals_text)        \
    {                                                                                                                  \
        return from_text(annals_text);                                                                                 \
    }                                                                                                                  \
    static_assert(::annals::facts::stored_as_text<Type>,                                                               \
                  "annals: ANNALS_TEXT stands directly below its type, in the namespace of the type");
