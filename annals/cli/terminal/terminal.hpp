// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/failure.hpp>
#include <annals/cli/terminal/progress.hpp>
#include <annals/cli/terminal/table.hpp>

#include <string>
#include <string_view>

namespace annals::cli {

/// A command's output: data on stdout, everything else on stderr. Colours and progress only on a terminal (no colours
/// with NO_COLOR). Throws `failure` when stdout is closed or full.
class terminal {
public:
    struct settings {
        bool json = false;       ///< --json: data as JSON lines
        bool quiet = false;      ///< --quiet: no notes, no progress
    };

    auto is_json() const -> bool { return settings_.json; }
    void set(settings chosen) { settings_ = chosen; }

    /// Data: a table, or with --json a line of JSON for each row.
    void print(const table&) const;
    /// Data: text as it is; the caller adds line ends.
    void print(std::string_view text) const;

    /// For people, on stderr; nothing with --quiet.
    void note(const std::string& text) const;
    void warn(const std::string& text) const;
    /// What ended the command, and what to do.
    void complain(const std::string& program, const app::failure&) const;

    /// Whether a person can be asked: stdin and stderr are a terminal.
    auto can_ask() const -> bool;
    /// Whether to go on. A person answers `y` or `yes`. True without a question with `yes` (`--yes`, answered
    /// beforehand), and where nobody can be asked.
    auto confirms(bool yes, const std::string& question) const -> bool;

    /// A progress bar, drawn only when people can see it.
    auto progress(std::string label, std::int64_t total) const -> cli::progress;

private:
    settings settings_;
};

/// Columns of the terminal of a file descriptor, 80 when unknown.
auto terminal_width(int descriptor) -> std::size_t;
auto is_terminal(int descriptor) -> bool;
/// Whether nobody can read any more what is written there.
auto is_closed(int descriptor) -> bool;
auto has_colours(int descriptor) -> bool;

}  // namespace annals::cli
