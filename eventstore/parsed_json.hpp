// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace annals::eventstore {

/// A value in a JSON text that was read in one go and found valid as a whole, down to its UTF-8. Only looked at:
/// it and the texts in it are good until the thread parses the next one.
class parsed_json {
public:
    /// Nothing for what is not JSON, and for what is rare: texts above 64 KiB, very deep ones, whole numbers
    /// beyond 64 bits, and numbers beyond a double.
    static auto parse(std::string_view text) -> std::optional<parsed_json>;

    auto is_null() const -> bool;
    /// Whether it is one of these; then `into` has it. A number with a fraction or an exponent is not whole, whatever
    /// its value; a whole one is real, too.
    auto get(bool& into) const -> bool;
    auto get(std::int64_t& into) const -> bool;
    auto get(std::uint64_t& into) const -> bool;
    auto get(double& into) const -> bool;
    auto get(std::string_view& into) const -> bool;

    /// Calls `take(name, member)` for each member, in the order of the text, until one of the calls gives false.
    /// Whether this is an object and none did. A name that comes twice is seen twice.
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

}  // namespace annals::eventstore
