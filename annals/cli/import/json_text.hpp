// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals::cli::imports {

/// Whether this is a number in JSON's grammar (RFC 8259, section 6). `007`, `+1`, `1,5` and ` 1` are not.
auto is_json_number(std::string_view text) -> bool;

/// `true` or `false` in any case; otherwise nothing.
auto as_boolean(std::string_view text) -> std::optional<bool>;

/// Appends the text as a JSON string, quoted and escaped.
void append_json_string(std::string& to, std::string_view text);

}  // namespace annals::cli::imports
