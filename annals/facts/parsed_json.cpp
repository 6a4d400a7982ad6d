// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/parsed_json.hpp>

#include <annals/eventstore/payload_check.hpp>
#include <annals/facts/undecodable.hpp>

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <ranges>

namespace annals::facts {
namespace {

namespace dom = simdjson::dom;
using eventstore::json;

/// A parser keeps about fourteen bytes for each byte of the longest text that it has read.
constexpr std::size_t bytes_kept_max = 64 << 10;
constexpr int depth_max{simdjson::DEFAULT_MAX_DEPTH};

template <class T>
auto take(const auto& at, T& into) -> bool
{
    return std::bit_cast<dom::element>(at).get(into) == simdjson::SUCCESS;
}

auto json_of(const dom::element& from) -> json
{
    switch (from.type()) {
        case dom::element_type::ARRAY: {
            auto list = json::array();
            for (const auto item : dom::array(from)) list.push_back(json_of(item));
            return list;
        }
        case dom::element_type::OBJECT: {
            auto object = json::object();
            for (const auto [name, member] : dom::object(from)) object[std::string(name)] = json_of(member);
            return object;
        }
        case dom::element_type::INT64: {
            const std::int64_t whole = from;
            return whole < 0 ? json(whole) : json(static_cast<std::uint64_t>(whole));
        }
        case dom::element_type::UINT64: return std::uint64_t(from);
        case dom::element_type::DOUBLE: return double(from);
        case dom::element_type::STRING: return std::string_view(from);
        case dom::element_type::BOOL: return bool(from);
        case dom::element_type::NULL_VALUE: break;
    }
    return nullptr;
}

/// The text as `dump` writes it, or none that a parser takes: whole numbers beyond 64 bits become doubles.
auto in_usual_form(std::string_view text) -> std::string
{
    int deepest = 0;
    const auto measure = [&](int depth, json::parse_event_t, const json&) {
        deepest = std::max(deepest, depth);
        return true;
    };
    const auto parsed = json::parse(text, measure, false);
    return parsed.is_discarded() || deepest > depth_max ? "" : parsed.dump();
}

}  // namespace

struct parsed_text::parser : dom::parser {
    using dom::parser::parser;

    auto read(std::string_view text, parsed_json& into) -> bool
    {
        dom::element root;
        if (parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return false;
        into.at_ = std::bit_cast<parsed_json::element>(root);
        return true;
    }
};

parsed_text::parsed_text(std::string_view text, const std::string& name)
{
    thread_local parser usual(bytes_kept_max);
    if (usual.read(text, value_)) return;
    own_ = std::make_unique<parser>();
    if (own_->read(text, value_) || own_->read(in_usual_form(text), value_)) return;
    throw undecodable(name, "the text " + eventstore::fault_of_payload(text).value_or("is not valid JSON"));
}

parsed_text::~parsed_text() = default;

auto parsed_json::is_null() const -> bool { return std::bit_cast<dom::element>(at_).is_null(); }
auto parsed_json::get(bool& into) const -> bool { return take(at_, into); }
auto parsed_json::get(std::int64_t& into) const -> bool { return take(at_, into); }
auto parsed_json::get(std::uint64_t& into) const -> bool { return take(at_, into); }
auto parsed_json::get(double& into) const -> bool { return take(at_, into); }
auto parsed_json::get(std::string_view& into) const -> bool { return take(at_, into); }

auto parsed_json::get(std::vector<parsed_json>& items) const -> bool
{
    dom::array list;
    if (!take(at_, list)) return false;
    items.reserve(list.size());
    for (const auto item : list) items.push_back(parsed_json(std::bit_cast<element>(item)));
    return true;
}

auto parsed_json::get(std::vector<member>& members) const -> bool
{
    dom::object object;
    if (!take(at_, object)) return false;
    members.reserve(object.size());
    for (const auto [name, value] : object) members.emplace_back(name, parsed_json(std::bit_cast<element>(value)));
    const auto unsorted = std::ranges::adjacent_find(members, std::ranges::greater_equal{}, &member::first);
    if (unsorted == members.end()) return true;   // as they are encoded
    std::ranges::stable_sort(members, {}, &member::first);
    const auto others = std::ranges::unique(members | std::views::reverse, {}, &member::first);
    members.erase(members.begin(), others.begin().base());
    return true;
}

auto parsed_json::find(std::span<const std::string_view> names, std::span<std::optional<parsed_json>> found,
                       std::optional<std::string_view>& other) const -> bool
{
    dom::object object;
    if (!take(at_, object)) return false;
    std::size_t next = 0;                    // members mostly come in the order of the fields
    for (const auto [name, value] : object) {
        std::size_t tried = 0;
        for (; tried < names.size() && names[next] != name; ++tried) next = next + 1 < names.size() ? next + 1 : 0;
        if (tried == names.size()) {
            if (!other) other = name;
            continue;
        }
        found[next] = parsed_json(std::bit_cast<element>(value));
        next = next + 1 < names.size() ? next + 1 : 0;
    }
    return true;
}

auto parsed_json::to_json() const -> eventstore::json { return json_of(std::bit_cast<dom::element>(at_)); }

}  // namespace annals::facts
