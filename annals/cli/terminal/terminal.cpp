// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/terminal.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace annals::cli {
namespace {

auto coloured(const char* colour, const std::string& text) -> std::string
{
    return has_colours(STDERR_FILENO) ? std::string(colour) + text + "\033[0m" : text;
}

}  // namespace

auto is_terminal(int descriptor) -> bool { return ::isatty(descriptor) == 1; }

auto is_closed(int descriptor) -> bool
{
    pollfd end{.fd = descriptor, .events = 0, .revents = 0};
    return ::poll(&end, 1, 0) > 0 && (end.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

auto has_colours(int descriptor) -> bool
{
    const auto* no_color = std::getenv("NO_COLOR");
    const auto* kind = std::getenv("TERM");
    return is_terminal(descriptor) && (no_color == nullptr || *no_color == '\0')
           && !(kind != nullptr && std::string_view(kind) == "dumb");
}

auto terminal_width(int descriptor) -> std::size_t
{
    winsize size{};
    return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void terminal::print(const table& rows) const
{
    if (settings_.json) return print(rows.json_lines());
    const bool seen = is_terminal(STDOUT_FILENO);
    print(rows.for_people({.width = seen ? terminal_width(STDOUT_FILENO) : 0, .colours = has_colours(STDOUT_FILENO)}));
}

void terminal::print(std::string_view text) const
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        throw app::failure(std::string("cannot write to standard output: ") + std::strerror(errno));
}

void terminal::note(const std::string& text) const
{
    if (!settings_.quiet) std::fprintf(stderr, "%s\n", text.c_str());
}

void terminal::warn(const std::string& text) const
{
    std::fprintf(stderr, "%s %s\n", coloured("\033[1;33m", "warning:").c_str(), text.c_str());
}

void terminal::complain(const std::string& program, const app::failure& problem) const
{
    std::fprintf(stderr, "%s %s\n", coloured("\033[1;31m", program + ":").c_str(), problem.what());
    if (!problem.hint().empty()) std::fprintf(stderr, "  %s\n", problem.hint().c_str());
}

auto terminal::can_ask() const -> bool { return is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO); }

auto terminal::confirms(bool yes, const std::string& question) const -> bool
{
    if (yes || !can_ask()) return true;
    std::fputs((question + " [y/N] ").c_str(), stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "yes";
}

auto terminal::progress(std::string label, std::int64_t total) const -> cli::progress
{
    return cli::progress(std::move(label), total, is_terminal(STDERR_FILENO) && !settings_.quiet);
}

}  // namespace annals::cli
