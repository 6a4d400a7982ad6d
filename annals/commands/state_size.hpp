// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/fields.hpp>
#include <annals/facts/storable.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>

/// The memory that an aggregate's state takes. The aggregate may say it itself: `auto size_bytes() const ->
/// std::size_t`. Otherwise it is counted if its fields are described, and is `sizeof` if nothing hangs on it. Else it
/// is estimated by the payloads that it was folded from: it can hardly hold more.
namespace annals::commands {

template <class T>
concept knows_its_size = requires(const T& value) {
    { value.size_bytes() } -> std::convertible_to<std::size_t>;
};

namespace detail {

/// What a tree or a heap stores with each of its elements.
inline constexpr std::size_t node_bytes = 48;

template <class T>
auto heap_bytes(const T& value) -> std::size_t
{
    namespace of = facts::detail;
    std::size_t bytes = 0;
    if constexpr (std::same_as<T, std::string>) {
        if (value.capacity() > std::string().capacity()) bytes += value.capacity() + 1;
    } else if constexpr (facts::stored_as_text<T>) {
        if constexpr (!std::is_trivially_copyable_v<T>) bytes += facts::text_form<T>::write(value).size();
    } else if constexpr (of::is_optional<T>) {
        if (value) bytes += heap_bytes(*value);
    } else if constexpr (of::is_list<T>) {
        bytes += value.capacity() * sizeof(typename T::value_type);
        if constexpr (!std::is_trivially_copyable_v<typename T::value_type>)
            for (const auto& item : value) bytes += heap_bytes(item);
    } else if constexpr (of::is_array<T>) {
        for (const auto& item : value) bytes += heap_bytes(item);
    } else if constexpr (of::is_set<T>) {
        for (const auto& item : value) bytes += node_bytes + sizeof item + heap_bytes(item);
    } else if constexpr (of::is_choice<T>) {
        std::visit([&](const auto& one) { bytes += heap_bytes(one); }, value);
    } else if constexpr (of::is_map<T>) {
        for (const auto& [key, item] : value)
            bytes += node_bytes + sizeof(typename T::value_type) + heap_bytes(key) + heap_bytes(item);
    } else if constexpr (facts::described_struct<T>) {
        facts::for_each_field(value, [&](const char*, const auto& field) { bytes += heap_bytes(field); });
    }
    return bytes;
}

}  // namespace detail

/// `payload_bytes`: of all events that it was folded from.
template <class Aggregate>
auto size_of_state(const Aggregate& value, std::size_t payload_bytes) -> std::size_t
{
    if constexpr (knows_its_size<Aggregate>) return value.size_bytes();
    else if constexpr (facts::described_struct<Aggregate>) return sizeof value + detail::heap_bytes(value);
    else if constexpr (std::is_trivially_copyable_v<Aggregate>) return sizeof value;
    else return sizeof value + payload_bytes;
}

}  // namespace annals::commands
