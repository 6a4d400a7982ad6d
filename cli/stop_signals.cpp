// SPDX-License-Identifier: Apache-2.0
#include <cli/stop_signals.hpp>

#include <cli/exit_code.hpp>

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace annals::cli {
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

void handle(int number, void (*handler)(int))
{
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(number, &action, nullptr);
}

}  // namespace

stop_signals::stop_signals(std::chrono::seconds grace)
{
    if (::pipe(pipe_ends) != 0) throw std::system_error(errno, std::generic_category(), "a pipe for signals");
    for (const int number : {SIGTERM, SIGINT}) handle(number, on_signal);
    watcher_ = std::thread([this, grace] { watch(grace); });
}

stop_signals::~stop_signals()
{
    for (const int number : {SIGTERM, SIGINT}) handle(number, SIG_DFL);
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

    pollfd next{.fd = pipe_ends[0], .events = POLLIN, .revents = 0};
    const auto wait = std::chrono::milliseconds(grace);
    if (::poll(&next, 1, static_cast<int>(wait.count())) > 0 && ::read(pipe_ends[0], &byte, 1) == 1
        && byte == end_of_watch)
        return;
    ::_exit(static_cast<int>(exit_code::failed));
}

}  // namespace annals::cli
