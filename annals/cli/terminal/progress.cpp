// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/progress.hpp>

#include <annals/app/with_separators.hpp>
#include <annals/cli/terminal/duration_text.hpp>
#include <annals/cli/terminal/table.hpp>
#include <annals/cli/terminal/terminal.hpp>
#include <annals/cli/terminal/text_width.hpp>

#include <algorithm>
#include <cstdio>

namespace annals::cli {
namespace {

constexpr std::int64_t bar_columns = 24;
constexpr auto redraw_every = std::chrono::milliseconds(100);

/// Eighths of a column, so that slow progress is visible.
auto bar(std::int64_t done, std::int64_t total) -> std::string
{
    static constexpr const char* eighths[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const auto filled = static_cast<double>(std::min(done, total)) / static_cast<double>(total) * bar_columns * 8;
    const auto parts = static_cast<std::int64_t>(filled);
    std::string text;
    for (std::int64_t i = 0; i < parts / 8; ++i) text += "█";
    if (parts / 8 == bar_columns) return text;
    text += eighths[parts % 8];
    return text + std::string(static_cast<std::size_t>(bar_columns - parts / 8 - 1), ' ');
}

}  // namespace

progress::progress(std::string label, std::int64_t total, bool visible)
    : label_(std::move(label)), total_(total), visible_(visible)
{}

progress::~progress()
{
    if (visible_ && drawn_ != clock::time_point{}) std::fputs("\r\033[K", stderr);
}

void progress::advance_to(std::int64_t done, const std::string& remark)
{
    done_ = done;
    const auto now = clock::now();
    if (!first_) first_ = total_ > 0 ? done : 0, began_ = total_ > 0 ? now : began_;
    if (!visible_ || now - drawn_ < redraw_every) return;
    drawn_ = now;
    draw(remark);
}

void progress::draw(const std::string& remark) const
{
    const auto seconds = std::chrono::duration<double>(clock::now() - began_).count();
    auto line = "  " + label_ + "  ";
    if (total_ > 0)
        line += bar(done_, total_) + "  " + app::with_separators(done_) + " of " + app::with_separators(total_);
    else if (done_ > 0) line += app::with_separators(done_);
    const auto rate = static_cast<double>(done_ - first_.value_or(0)) / seconds;
    if (rate >= 1 && seconds >= 0.5) line += "   " + app::with_separators(static_cast<std::int64_t>(rate)) + "/s";
    if (rate >= 1 && seconds >= 2 && done_ < total_)
        line += "   " + duration_text(static_cast<double>(total_ - done_) / rate) + " left";
    if (!remark.empty()) line += (done_ > 0 || total_ > 0 ? "   " : "") + remark;
    std::fprintf(stderr, "\r\033[K%s", cut(line, terminal_width(2) - 1).c_str());
    std::fflush(stderr);
}

}  // namespace annals::cli
