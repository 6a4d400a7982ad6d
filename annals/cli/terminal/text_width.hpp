// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace annals::cli {

/// How many columns of a terminal a UTF-8 text takes: wide characters two, combining ones none.
auto columns_of(std::string_view text) -> std::size_t;

/// The beginning of a text in at most this many columns; a cut one ends with `…`.
auto cut(std::string_view text, std::size_t columns_max) -> std::string;

/// Replaces control characters by blanks, so that stored text cannot control a terminal.
auto printable(std::string_view text) -> std::string;

}  // namespace annals::cli
