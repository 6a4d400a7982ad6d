// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/redrawn_lines.hpp>

#include <annals/cli/terminal/terminal.hpp>
#include <annals/cli/terminal/text_width.hpp>

#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace annals::cli {
namespace {

constexpr std::size_t height_unless_told = 24;

auto height() -> std::size_t
{
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 2 ? size.ws_row : height_unless_told;
}

}  // namespace

auto redrawn_lines::is_possible() -> bool
{
    const auto* kind = std::getenv("TERM");
    return is_terminal(STDOUT_FILENO) && !(kind != nullptr && std::string_view(kind) == "dumb");
}

void redrawn_lines::draw(std::vector<line> lines)
{
    // The cursor stands below the last line.
    const auto room = height() - 1;
    if (lines.size() > room) {
        const auto left_out = lines.size() - room + 1;
        lines.resize(room - 1);
        lines.push_back({"… and " + std::to_string(left_out) + " more lines: there is no room for them"});
    }
    const auto width = terminal_width(STDOUT_FILENO);
    const bool colours = has_colours(STDOUT_FILENO);
    auto screen = drawn_ == 0 ? std::string() : "\033[" + std::to_string(drawn_) + "A\r";
    for (const auto& one : lines) {
        const bool is_coloured = colours && !one.colour.empty();
        screen += (is_coloured ? one.colour : "") + cut(one.text, width) + (is_coloured ? "\033[0m" : "") + "\033[K\n";
    }
    drawn_ = lines.size();
    terminal().print(screen + "\033[J");
}

}  // namespace annals::cli
