// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals::cli::imports {

/// Why bytes cannot be stored as a text, as the end of a sentence that begins with their name: they are not UTF-8, or
/// hold a zero byte. Nothing when they can.
auto fault_of_text(std::string_view bytes) -> std::optional<std::string>;

/// How to turn such bytes into a text, for a hint.
auto how_to_read(std::string_view bytes) -> std::string;

/// How to convert a file of another encoding, for a hint.
auto how_to_convert(std::string_view encoding = "WINDOWS-1252") -> std::string;

}  // namespace annals::cli::imports
