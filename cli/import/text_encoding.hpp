// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals::cli::imports {

/// What keeps bytes from being a text that can be stored, as the end of a sentence that begins with what they are:
/// bytes that are not UTF-8, a zero byte. Nothing when all is well.
auto fault_of_text(std::string_view bytes) -> std::optional<std::string>;

/// What makes such bytes a text, for a hint.
auto how_to_read(std::string_view bytes) -> std::string;

/// How to convert a file of another encoding, for a hint.
auto how_to_convert(std::string_view encoding = "WINDOWS-1252") -> std::string;

}  // namespace annals::cli::imports
