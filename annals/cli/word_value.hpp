// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/fields.hpp>
#include <annals/facts/text_form.hpp>

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace annals::cli {

/// How a word of the command line becomes a value of this type.
template <class T>
struct word_value {
    static constexpr bool is_text = std::same_as<T, std::string>;
    static constexpr bool is_flag = std::same_as<T, bool>;
    static constexpr bool is_number = !is_flag && (std::integral<T> || std::floating_point<T>);
    static constexpr bool is_valid =
        is_text || is_flag || is_number || facts::described_enum<T> || facts::stored_as_text<T>;
    static_assert(is_valid, "annals: a word of the command line cannot become this type: use a text, a number, an enum "
                            "with ANNALS_ENUM, a type with ANNALS_TEXT, or a std::optional or std::vector of them");

    static constexpr bool is_list = false;
    static constexpr bool may_be_left_out = false;
    static constexpr auto type = std::integral<T> ? "N" : "VALUE";

    static auto read(const std::string& text, T& into) -> bool
    {
        if constexpr (is_text) {
            into = text;
        } else if constexpr (is_flag) {
            into = true;
        } else if constexpr (is_number) {
            const auto end = text.data() + text.size();
            const auto [stopped, failed] = std::from_chars(text.data(), end, into);
            return failed == std::errc{} && stopped == end;
        } else if constexpr (facts::described_enum<T>) {
            return facts::enum_from_name(text, into);
        } else if constexpr (facts::stored_as_text<T>) {
            try {
                into = facts::text_form<T>::read(text);
            } catch (const eventstore::invalid_request&) {
                return false;
            }
        }
        return true;
    }

    static auto fault(const std::string& text) -> std::string
    {
        T value{};
        return read(text, value) ? std::string() : expected() + ", not \"" + text + "\"";
    }
    static void set(T& into, const std::string& text) { read(text, into); }

    /// For the help; nothing for what says nothing.
    static auto shown(const T& value) -> std::string
    {
        if constexpr (is_text) return value;
        else if constexpr (std::integral<T> && !is_flag) return std::to_string(value);
        else if constexpr (facts::described_enum<T>) return facts::enum_name(value);
        else return {};
    }

private:
    static auto expected() -> std::string
    {
        if constexpr (std::unsigned_integral<T>) return "a whole number from 0 on";
        else if constexpr (std::integral<T>) return "a whole number";
        else if constexpr (std::floating_point<T>) return "a number";
        else if constexpr (facts::described_enum<T>) return "one of " + facts::enum_names<T>();
        else if constexpr (facts::stored_as_text<T>) return facts::text_form<T>::expected;
        else return "a text";
    }
};

template <class T>
struct word_value<std::optional<T>> : word_value<T> {
    static constexpr bool may_be_left_out = true;
    static void set(std::optional<T>& into, const std::string& text) { word_value<T>::set(into.emplace(), text); }
    static auto shown(const std::optional<T>&) -> std::string { return {}; }
};

template <class T>
struct word_value<std::vector<T>> : word_value<T> {
    static constexpr bool is_list = true, may_be_left_out = true;
    static void set(std::vector<T>& into, const std::string& text) { word_value<T>::set(into.emplace_back(), text); }
    static auto shown(const std::vector<T>&) -> std::string { return {}; }
};

}  // namespace annals::cli
