// SPDX-License-Identifier: Apache-2.0
#include <annals/app/stop_signals.hpp>

#include <annals/app/exit_code.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace annals::app {
namespace {

constexpr char end_of_watch = 0;

/// A signal handler may do little: it writes the signal's number here, and a thread does the rest.
int pipe_ends[2] = {-1, -1};

void on_signal(int number)
{
    const int kept = errno;
    const auto byte = static_cast<char>(number);
    [[maybe_unused]] const auto written = ::write(pipe_ends[1], &byte, 1);
    errno = kept;
}

constexpr std::array handled{SIGTERM, SIGINT, SIGHUP};
std::array<struct sigaction, handled.size()> before;

void handle_all()
{
    struct sigaction ours{};
    ours.sa_handler = on_signal;
    ours.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < handled.size(); ++i) {
        ::sigaction(handled[i], nullptr, &before[i]);
        if (before[i].sa_handler != SIG_IGN) ::sigaction(handled[i], &ours, nullptr);
    }
}

void handle_as_before()
{
    for (std::size_t i = 0; i < handled.size(); ++i) ::sigaction(handled[i], &before[i], nullptr);
}

/// How long a second signal may be an echo of the first.
constexpr auto same_wish = std::chrono::seconds(1);

}  // namespace

stop_signals::stop_signals(std::chrono::seconds grace)
{
    if (::pipe(pipe_ends) != 0) throw std::system_error(errno, std::generic_category(), "a pipe for signals");
    handle_all();
    watcher_ = std::thread([this, grace] { watch(grace); });
}

stop_signals::~stop_signals()
{
    handle_as_before();
    [[maybe_unused]] const auto written = ::write(pipe_ends[1], &end_of_watch, 1);
    watcher_.join();
    for (int& end : pipe_ends) ::close(end);
}

void stop_signals::stop() { on_signal(SIGTERM); }

void stop_signals::watch(std::chrono::seconds grace)
{
    char byte = end_of_watch;
    while (::read(pipe_ends[0], &byte, 1) < 0 && errno == EINTR) {}
    if (byte == end_of_watch) return;
    source_.request_stop();
    if (is_wanted_again(grace)) ::_exit(static_cast<int>(exit_code::failed));
}

/// Whether another signal comes before the end, or the end does not come in time.
auto stop_signals::is_wanted_again(std::chrono::seconds grace) -> bool
{
    const auto first = std::chrono::steady_clock::now();
    while (true) {
        const auto passed = std::chrono::steady_clock::now() - first;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(grace - passed);
        if (left.count() <= 0) return true;
        pollfd next{.fd = pipe_ends[0], .events = POLLIN, .revents = 0};
        char byte = end_of_watch;
        if (::poll(&next, 1, static_cast<int>(left.count())) <= 0 || ::read(pipe_ends[0], &byte, 1) != 1) continue;
        if (byte == end_of_watch) return false;
        if (std::chrono::steady_clock::now() - first > same_wish) return true;
    }
}

}  // namespace annals::app
