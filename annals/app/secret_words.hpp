// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace annals::app {

/// Whether a word of a command line, or a value that does not fit, may hold a password: it looks like a piece of a
/// connection string, or names a secret.
auto may_hold_secret(std::string_view word) -> bool;

/// The word, or the replacement that people see instead of a secret.
auto shown_word(std::string_view word) -> std::string;

/// Overwrites the arguments of this process that may hold a secret, so that `ps` and /proc do not show them. Call it
/// after they were read.
void hide_secrets_of_arguments(int argc, const char* const* argv);

}  // namespace annals::app
