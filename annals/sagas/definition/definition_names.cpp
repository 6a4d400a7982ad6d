// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/definition_names.hpp>

#include <annals/eventstore/json.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/payload_check.hpp>

#include <algorithm>

namespace annals::sagas {
namespace {

auto is_lower_case(char c) -> bool { return c >= 'a' && c <= 'z'; }
auto is_digit(char c) -> bool { return c >= '0' && c <= '9'; }
auto is_letter(char c) -> bool { return is_lower_case(c) || (c >= 'A' && c <= 'Z'); }

/// `rule` ends the sentence; `is_first` and `is_allowed` hold to it.
auto fault_of(std::string_view name, std::string_view rule, bool (*is_first)(char), bool (*is_allowed)(char))
    -> std::optional<std::string>
{
    if (name.empty()) return "is missing";
    if (name.size() > name_bytes)
        return "has " + std::to_string(name.size()) + " bytes; the limit is " + std::to_string(name_bytes);
    if (is_first(name[0]) && std::ranges::all_of(name, is_allowed)) return std::nullopt;
    return eventstore::excerpt(std::string(name)) + " is not one: " + std::string(rule);
}

}  // namespace

auto fault_of_saga_name(std::string_view name) -> std::optional<std::string>
{
    return fault_of(name, "letters, digits and _, beginning with a letter", is_letter,
                    [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

auto fault_of_step_id(std::string_view id) -> std::optional<std::string>
{
    const auto is_allowed = [](char c) { return is_lower_case(c) || is_digit(c) || c == '_'; };
    return fault_of(id, "a-z, 0-9 and _", is_allowed, is_allowed);
}

auto fault_of_action_name(std::string_view name) -> std::optional<std::string>
{
    return fault_of(
        name, "letters, digits, _ . and -, beginning with a letter or a digit",
        [](char c) { return is_letter(c) || is_digit(c); },
        [](char c) { return is_letter(c) || is_digit(c) || std::string_view("_.-").contains(c); });
}

auto fault_of_event_type(std::string_view type) -> std::optional<std::string>
{
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (type.empty()) return "is missing";
    if (type.size() > eventstore::limits::name_bytes)
        return "has " + std::to_string(type.size()) + " bytes; the limit is "
               + std::to_string(eventstore::limits::name_bytes);
    if (!eventstore::is_utf8(type) || std::ranges::any_of(type, is_control))
        return "is not text: it is not valid UTF-8, or holds a control character";
    if (type.contains('*')) return eventstore::excerpt(std::string(type)) + " is a pattern: name one type";
    return std::nullopt;
}

}  // namespace annals::sagas
