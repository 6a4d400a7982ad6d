// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals::eventstore {

auto is_utf8(std::string_view text) -> bool;

/// Why a text is not a JSON object (RFC 8259) that every reader can read (docs/reference/payloads.md), as the end of a
/// sentence that begins with the text's name; nothing when it is valid. Valid means that PostgreSQL's `jsonb` can hold
/// it and its numbers are within a double's range. One pass; allocates only for names in objects.
auto fault_of_payload(std::string_view text) -> std::optional<std::string>;

}  // namespace annals::eventstore
