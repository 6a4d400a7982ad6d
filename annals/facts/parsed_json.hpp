// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/json.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::facts {

/// A value in a parsed text. It and its texts are views into the `parsed_text`.
class parsed_json {
public:
    using member = std::pair<std::string_view, parsed_json>;

    auto is_null() const -> bool;
    /// Whether the value has this type; then `into` has it. A number with a fraction or an exponent does not count as
    /// whole, whatever its value. A whole number also counts as real.
    auto get(bool& into) const -> bool;
    auto get(std::int64_t& into) const -> bool;
    auto get(std::uint64_t& into) const -> bool;
    auto get(double& into) const -> bool;
    auto get(std::string_view& into) const -> bool;
    auto get(std::vector<parsed_json>& items) const -> bool;
    /// In the order of their names. Of a name that comes twice, here and below, the last one counts.
    auto get(std::vector<member>& members) const -> bool;

    /// Whether this is an object; then `found` has the members with these names, in their order, and `other` the first
    /// name that is not among them.
    auto find(std::span<const std::string_view> names, std::span<std::optional<parsed_json>> found,
              std::optional<std::string_view>& other) const -> bool;

    auto to_json() const -> eventstore::json;

private:
    friend class parsed_text;
    using element = std::array<std::uintptr_t, 2>;  // the parser's own, which stays in the .cpp

    explicit parsed_json(element at) : at_(at) {}

    element at_;
};

/// A JSON text that was parsed and found valid as a whole, including its UTF-8. It is valid until the thread parses
/// the next text.
class parsed_text {
public:
    /// Throws `undecodable`, saying what is wrong with the text: it is not JSON, or nested too deep for a reader. A
    /// whole number beyond 64 bits becomes the nearest double.
    parsed_text(std::string_view text, const std::string& name);
    ~parsed_text();

    auto value() const -> const parsed_json& { return value_; }

private:
    struct parser;

    std::unique_ptr<parser> own_;  // for what the thread's is not for
    parsed_json value_{{}};
};

}  // namespace annals::facts
