// SPDX-License-Identifier: Apache-2.0
#include <examples/laboratory/running_program.hpp>

#include <spawn.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace laboratory {

running_program::running_program(std::vector<std::string> arguments)
{
    auto self = std::filesystem::read_symlink("/proc/self/exe").string();
    std::vector<char*> argv{self.data()};
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    if (const int error = ::posix_spawn(&pid_, self.c_str(), nullptr, nullptr, argv.data(), environ); error != 0)
        throw std::system_error(error, std::generic_category(), "cannot start " + self);
}

running_program::~running_program() { stop(); }

auto running_program::stop() -> int
{
    if (pid_ == 0) return 0;
    ::kill(pid_, SIGTERM);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace laboratory
