// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>

namespace annals::cli::imports {

/// The Unicode character of each byte (-1: none) in an encoding with one byte per character (WINDOWS-1252,
/// ISO-8859-15, KOI8-R …), if the system's `iconv` knows it. Nothing for other encodings and unknown ones.
auto single_byte_encoding(const std::string& name) -> std::optional<std::array<int, 256>>;

}  // namespace annals::cli::imports
