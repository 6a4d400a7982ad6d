// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>

#include <memory>
#include <string>

namespace annals::cli {

/// The words after the program's name: its verbs, and the options that all verbs have.
class command_line {
public:
    command_line(const std::string& description, session&);
    ~command_line();

    /// What to do after `parse`.
    enum class outcome {
        verb,       ///< run `session.chosen()`; the session is configured
        answered    ///< --help or --version: nothing is left to do
    };
    /// Throws `failure` (wrong usage), with a suggestion for a mistyped word.
    auto parse(int argc, const char* const* argv) -> outcome;

private:
    struct parts;
    std::unique_ptr<parts> parts_;
    session& session_;
};

}  // namespace annals::cli
