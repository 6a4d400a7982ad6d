// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/decode_scalars.hpp>
#include <annals/facts/storable.hpp>

#include <charconv>
#include <string>
#include <string_view>

/// Keys of maps as names of JSON members.
namespace annals::facts::detail {

template <is_key Key>
auto key_text(const Key& key) -> std::string
{
    if constexpr (std::same_as<Key, std::string>) return key;
    else if constexpr (stored_as_text<Key>) return text_form<Key>::write(key);
    else if constexpr (described_enum<Key>) return enum_name(key);
    else return std::to_string(key);
}

/// Throws `undecodable` for a text that `key_text` does not write.
template <is_key Key>
auto read_key(std::string_view text, const place& at) -> Key
{
    if constexpr (std::same_as<Key, std::string>) {
        return std::string(text);
    } else if constexpr (stored_as_text<Key>) {
        return read_text<Key>(text, at);
    } else {
        Key key{};
        if constexpr (described_enum<Key>) {
            if (!enum_from_name(text, key)) refuse_key(text, "is not one of " + enum_names<Key>(), at);
        } else {
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), key);
            if (error != std::errc{} || end != text.data() + text.size() || std::to_string(key) != text)
                refuse_key(text, "is not a whole number in the range of the keys", at);
        }
        return key;
    }
}

}  // namespace annals::facts::detail
