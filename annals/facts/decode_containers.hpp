// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/choice.hpp>
#include <annals/facts/key_text.hpp>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace annals::facts {

/// `strict`: every field must be given but optionals, and nothing else.
enum class strictness { lenient, strict };

/// Lists, maps and variants from their stored form.
namespace detail {

template <class T>
void decode_value(const parsed_json& from, T& into, const place& at, strictness how);

template <class T>
auto decode_item(const parsed_json& from, const place& at, strictness how) -> T
{
    T value{};
    decode_value(from, value, {&at, "[]", ""}, how);
    return value;
}

template <is_sequence Sequence>
void decode_sequence(const parsed_json& from, Sequence& into, const place& at, strictness how)
{
    using item_type = typename Sequence::value_type;
    std::vector<parsed_json> items;
    if (!from.get(items)) refuse_kind(at, "a list", from);
    if constexpr (is_array<Sequence>) {
        if (items.size() != into.size()) refuse_kind(at, "a list of " + std::to_string(into.size()) + " values", from);
        for (std::size_t i = 0; i < into.size(); ++i) into[i] = decode_item<item_type>(items[i], at, how);
    } else {
        into.clear();
        if constexpr (is_list<Sequence>) into.reserve(items.size());
        for (const auto& item : items) into.insert(into.end(), decode_item<item_type>(item, at, how));
    }
}

template <class Map>
void decode_map(const parsed_json& from, Map& into, const place& at, strictness how)
{
    std::vector<parsed_json::member> members;
    if (!from.get(members)) refuse_kind(at, "an object", from);
    into.clear();
    for (const auto& [name, member] : members) {
        const place here{&at, ".", name};
        const auto before = into.size();
        auto key = read_key<typename Map::key_type>(name, here);
        const auto item = into.emplace_hint(into.end(), std::move(key), typename Map::mapped_type{});
        if (into.size() == before) throw undecodable(here.text(), "another member has the same key");
        decode_value(member, item->second, here, how);
    }
}

template <class Choice>
void decode_choice(const parsed_json& from, Choice& into, const place& at, strictness how)
{
    (void)have_own_names<Choice>();
    std::vector<parsed_json::member> members;
    if (!from.get(members) || members.size() != 1)
        refuse_kind(at, "an object with one member of " + choice_names<Choice>(), from);
    const auto& [name, member] = members.front();
    const auto decode = [&](auto& value) { decode_value(member, value, {&at, ".", name}, how); };
    if (!visit_named(into, name, decode)) refuse_key(name, "is not one of " + choice_names<Choice>(), at);
}

}  // namespace detail
}  // namespace annals::facts
