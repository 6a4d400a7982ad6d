// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/shown_progress.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string_view>
#include <unistd.h>

namespace annals::fault_runs {

using namespace std::chrono_literals;

namespace {

constexpr int bar_width = 30;

auto minutes_of(std::chrono::steady_clock::duration time) -> std::string
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    const auto rest = std::to_string(seconds % 60);
    return std::to_string(seconds / 60) + ":" + (rest.size() < 2 ? "0" : "") + rest;
}

auto line_of(const progress& now) -> std::string
{
    std::ostringstream text;
    text << minutes_of(now.passed) << " of " << minutes_of(now.of) << "  episode " << now.so_far.episodes << "  "
         << now.so_far.faults_in_all() << " faults  " << now.so_far.appended << " events checked";
    return text.str();
}

}  // namespace

shown_progress::shown_progress()
{
    const auto* const terminal = std::getenv("TERM");
    on_terminal_ = ::isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

void shown_progress::show(const progress& now)
{
    if (!on_terminal_) {
        if (now.is_news) std::cerr << line_of(now) << std::endl;
        return;
    }
    const auto time = std::chrono::steady_clock::now();
    if (!now.is_news && time - shown_at_ < 200ms) return;
    shown_at_ = time;
    const auto share = std::min(1.0, std::chrono::duration<double>(now.passed) / std::chrono::duration<double>(now.of));
    const auto full = static_cast<std::size_t>(share * bar_width);
    std::cerr << "\r\x1b[K[" << std::string(full, '#') << std::string(bar_width - full, '.') << "] " << line_of(now)
              << std::flush;
}

void shown_progress::end()
{
    if (on_terminal_) std::cerr << "\r\x1b[K" << std::flush;
}

}  // namespace annals::fault_runs
