// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/child_process.hpp>

#include <eventstore/uuid.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace annals::tests {
namespace {

auto exit_code_of(int status) -> int { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// As exec wants them.
auto pointers(std::vector<std::string>& texts) -> std::vector<char*>
{
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

auto whole_environment(const std::map<std::string, std::string>& added) -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (const auto& [name, value] : added) all.push_back(name + "=" + value);
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string text = *variable;
        if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
    }
    return all;
}

}  // namespace

child_process::child_process(const std::string& program, std::vector<std::string> arguments,
                             const std::map<std::string, std::string>& environment)
    : words_{(std::filesystem::read_symlink("/proc/self/exe").parent_path() / program).string()},
      environment_(whole_environment(environment)),
      output_(std::filesystem::temp_directory_path()
              / ("annals-test-" + eventstore::to_string(eventstore::new_uuid()) + ".log"))
{
    words_.insert(words_.end(), arguments.begin(), arguments.end());
    start();
}

child_process::~child_process()
{
    kill();
    std::error_code no_matter;
    std::filesystem::remove(output_, no_matter);
}

void child_process::start()
{
    const auto arguments = pointers(words_), environment = pointers(environment_);
    const auto test = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot start " + words_.front());
    if (pid_ > 0) return;

    // Between fork and exec of a process with threads nothing may take a lock, so also not allocate.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != test) ::_exit(127);
    const int output = ::open(output_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execve(words_.front().c_str(), arguments.data(), environment.data());
    ::_exit(127);
}

void child_process::send(int signal) const
{
    if (pid_ > 0) ::kill(pid_, signal);
}

void child_process::kill()
{
    send(SIGKILL);
    wait();
}

void child_process::restart()
{
    kill();
    start();
}

auto child_process::stop() -> int
{
    send(SIGTERM);
    return wait();
}

auto child_process::wait() -> int
{
    if (pid_ > 0 && ::waitpid(pid_, &status_, 0) == pid_) pid_ = 0;
    return exit_code_of(status_);
}

auto child_process::is_running() -> bool
{
    if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
    return pid_ > 0;
}

auto child_process::output() const -> std::string
{
    std::stringstream text;
    text << std::ifstream(output_).rdbuf();
    return text.str();
}

auto child_process::name() const -> std::string
{
    auto name = std::filesystem::path(words_.front()).filename().string();
    for (std::size_t i = 1; i < words_.size(); ++i) name += " " + words_[i];
    return name;
}

auto output_of(const std::string& command) -> std::string
{
    std::string printed;
    auto* pipe = ::popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot run " + command);
    std::array<char, 4096> part{};
    while (const auto size = std::fread(part.data(), 1, part.size(), pipe)) printed.append(part.data(), size);
    if (::pclose(pipe) != 0) throw std::runtime_error(command + " failed: " + printed);
    return printed;
}

}  // namespace annals::tests
