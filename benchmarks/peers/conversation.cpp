// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/peers/conversation.hpp>

#include <spawn.h>

#include <array>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace annals::benchmarks {
namespace {

/// A pipe's reading and writing end, both closed in other programs that are started.
auto open_pipe() -> std::array<int, 2>
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    return ends;
}

/// With no signal blocked, even if this process blocks some.
auto spawn(const std::vector<std::string>& command, int input, int output) -> pid_t
{
    std::vector<char*> arguments;
    for (const auto& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);

    pid_t child = 0;
    const int problem = ::posix_spawnp(&child, arguments.front(), &files, &how, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    if (problem != 0) throw std::system_error(problem, std::generic_category(), "cannot start " + command.front());
    return child;
}

}  // namespace

conversation::conversation(const std::vector<std::string>& command)
    : command_(command.back()), kill_([this] {
          if (child_ == 0) return;
          ::kill(-child_, SIGKILL);
          ::waitpid(child_, nullptr, 0);
      })
{
    ::signal(SIGPIPE, SIG_IGN);              // a child that has ended shows as a failed write
    const auto [input, to_child] = open_pipe();
    const auto [from_child, output] = open_pipe();
    to_child_ = to_child;
    from_child_ = from_child;
    child_ = spawn(command, input, output);
    ::close(input);
    ::close(output);
}

conversation::~conversation()
{
    ::close(to_child_);
    ::close(from_child_);
}

auto conversation::ask(const std::string& line) -> std::string
{
    const auto text = line + '\n';
    bool there = ::write(to_child_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    std::array<char, 1 << 16> buffer;
    while (there && heard_.find('\n') == std::string::npos) {
        const auto count = ::read(from_child_, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        there = count > 0;
        if (there) heard_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    if (!there) throw std::runtime_error(command_ + " has ended; its last words are above");
    const auto end = heard_.find('\n');
    auto answer = heard_.substr(0, end);
    heard_.erase(0, end + 1);
    return answer;
}

}  // namespace annals::benchmarks
