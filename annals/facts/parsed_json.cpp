// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/parsed_json.hpp>

#include <simdjson.h>

#include <bit>

namespace annals::facts {
namespace {

using simdjson::dom::element;

/// A parser keeps about fourteen bytes for each byte of the longest text that it has read.
constexpr std::size_t bytes_max = 64 << 10;

template <class T>
auto take(const auto& at, T& into) -> bool
{
    return std::bit_cast<element>(at).get(into) == simdjson::SUCCESS;
}

}  // namespace

auto parsed_json::parse(std::string_view text) -> std::optional<parsed_json>
{
    thread_local simdjson::dom::parser parser(bytes_max);
    element root;
    if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return {};
    return parsed_json(std::bit_cast<place>(root));
}

auto parsed_json::is_null() const -> bool { return std::bit_cast<element>(at_).is_null(); }
auto parsed_json::get(bool& into) const -> bool { return take(at_, into); }
auto parsed_json::get(std::int64_t& into) const -> bool { return take(at_, into); }
auto parsed_json::get(std::uint64_t& into) const -> bool { return take(at_, into); }
auto parsed_json::get(double& into) const -> bool { return take(at_, into); }
auto parsed_json::get(std::string_view& into) const -> bool { return take(at_, into); }

auto parsed_json::visit_members(void* to, bool (*take_member)(void*, std::string_view, const parsed_json&)) const
    -> bool
{
    simdjson::dom::object object;
    if (!take(at_, object)) return false;
    for (const auto member : object)
        if (!take_member(to, member.key, parsed_json(std::bit_cast<place>(member.value)))) return false;
    return true;
}

auto parsed_json::visit_items(void* to, bool (*take_item)(void*, const parsed_json&)) const -> bool
{
    simdjson::dom::array list;
    if (!take(at_, list)) return false;
    for (const auto item : list)
        if (!take_item(to, parsed_json(std::bit_cast<place>(item)))) return false;
    return true;
}

}  // namespace annals::facts
