// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace annals::facts {

/// A value in a JSON text that was parsed and found valid as a whole, including its UTF-8. It is a view: it and its
/// texts are valid until the thread parses the next text.
class parsed_json {
public:
    /// Nothing for a text that is not JSON, and for rare ones: above 64 KiB, very deep, with whole numbers beyond 64
    /// bits, or with numbers beyond a double.
    static auto parse(std::string_view text) -> std::optional<parsed_json>;

    auto is_null() const -> bool;
    /// Whether the value has this type; then `into` has it. A number with a fraction or an exponent does not count as
    /// whole, whatever its value. A whole number also counts as real.
    auto get(bool& into) const -> bool;
    auto get(std::int64_t& into) const -> bool;
    auto get(std::uint64_t& into) const -> bool;
    auto get(double& into) const -> bool;
    auto get(std::string_view& into) const -> bool;

    /// Calls `take(name, member)` for each member, in the order of the text, until a call returns false. Returns
    /// whether this is an object and no call did. A name that comes twice is passed twice.
    template <class Take>
    auto each_member(Take take) const -> bool
    {
        return visit_members(&take, [](void* to, std::string_view name, const parsed_json& member) {
            return (*static_cast<Take*>(to))(name, member);
        });
    }

    /// The same for the items of a list: `take(item)`.
    template <class Take>
    auto each_item(Take take) const -> bool
    {
        return visit_items(&take, [](void* to, const parsed_json& item) { return (*static_cast<Take*>(to))(item); });
    }

private:
    using place = std::array<std::uintptr_t, 2>;  // the parser's own, which stays in the .cpp

    explicit parsed_json(place at) : at_(at) {}
    auto visit_members(void* to, bool (*take)(void*, std::string_view, const parsed_json&)) const -> bool;
    auto visit_items(void* to, bool (*take)(void*, const parsed_json&)) const -> bool;

    place at_;
};

}  // namespace annals::facts
