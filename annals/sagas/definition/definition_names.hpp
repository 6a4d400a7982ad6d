// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// What is wrong with a name in a definition, as the end of a sentence; nothing when it is valid. None is longer than
/// `name_bytes`.
namespace annals::sagas {

inline constexpr std::size_t name_bytes = 100;

/// Letters, digits and _; begins with a letter. It ends the category of the saga's streams.
auto fault_of_saga_name(std::string_view) -> std::optional<std::string>;

/// a-z, 0-9 and _.
auto fault_of_step_id(std::string_view) -> std::optional<std::string>;

/// A service, an action or a signal: letters, digits, `_`, `.` and `-`; begins with a letter or a digit. It stands in
/// headers of Kafka and HTTP.
auto fault_of_action_name(std::string_view) -> std::optional<std::string>;

/// The type of an event. A pattern is none.
auto fault_of_event_type(std::string_view) -> std::optional<std::string>;

}  // namespace annals::sagas
