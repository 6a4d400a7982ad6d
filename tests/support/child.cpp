// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace annals::tests {
namespace {

using clock = std::chrono::steady_clock;
constexpr auto look_every = std::chrono::milliseconds(10);

auto exit_code_of(int status) -> int { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

auto whole_environment(const std::map<std::string, std::string>& changed) -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (const auto& [name, value] : changed)
        if (!value.empty()) all.push_back(name + "=" + value);
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string text = *variable;
        if (!changed.contains(text.substr(0, text.find('=')))) all.push_back(text);
    }
    return all;
}

/// In the form that exec takes.
auto pointers(std::vector<std::string>& texts) -> std::vector<char*>
{
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

void open_as(int descriptor, const char* path, int flags)
{
    const int file = ::open(path, flags, 0600);
    ::dup2(file, descriptor);
    ::close(file);
}

}  // namespace

child::child(std::vector<std::string> command, const std::map<std::string, std::string>& environment,
             const std::string& input)
    : command_(std::move(command)),
      environment_(whole_environment(environment)),
      folder_((std::filesystem::temp_directory_path() / "annals-child-XXXXXX").string())
{
    if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
    std::ofstream(folder_ + "/in") << input;
    start();
}

child::~child()
{
    kill();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void child::start()
{
    const auto arguments = pointers(command_), environment = pointers(environment_);
    const auto in = folder_ + "/in", out = folder_ + "/out", err = folder_ + "/err";
    const auto test = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot start " + name());
    if (pid_ > 0) return;

    // Between fork and exec of a process with threads nothing may take a lock, and so nothing may allocate.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != test) ::_exit(127);
    open_as(STDIN_FILENO, in.c_str(), O_RDONLY);
    open_as(STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_APPEND);
    open_as(STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_APPEND);
    ::execve(arguments.front(), arguments.data(), environment.data());
    ::_exit(127);
}

void child::kill()
{
    if (!is_running()) return;
    signal(SIGKILL);
    ::waitpid(pid_, &status_, 0);
    pid_ = 0;
}

void child::restart()
{
    kill();
    start();
}

void child::signal(int number) const
{
    if (pid_ > 0) ::kill(pid_, number);
}

auto child::is_running() -> bool
{
    if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
    return pid_ > 0;
}

auto child::wait(std::chrono::seconds limit) -> outcome
{
    const auto deadline = clock::now() + limit;
    while (is_running()) {
        if (clock::now() > deadline) throw std::runtime_error(name() + " still runs; it wrote: " + text_of("err"));
        std::this_thread::sleep_for(look_every);
    }
    return {exit_code_of(status_), text_of("out"), text_of("err")};
}

void child::wait_for_words(const std::string& words, std::chrono::seconds limit) { wait_for("err", words, limit); }

void child::wait_for_data(const std::string& words, std::chrono::seconds limit) { wait_for("out", words, limit); }

void child::wait_for(const char* stream, const std::string& words, std::chrono::seconds limit)
{
    const auto deadline = clock::now() + limit;
    while (text_of(stream).find(words) == std::string::npos) {
        if (!is_running() || clock::now() > deadline) throw std::runtime_error("no \"" + words + "\" in: " + output());
        std::this_thread::sleep_for(look_every);
    }
}

auto child::output() const -> std::string { return text_of("out") + text_of("err"); }

auto child::name() const -> std::string
{
    auto name = std::filesystem::path(command_.front()).filename().string();
    for (std::size_t i = 1; i < command_.size(); ++i) name += " " + command_[i];
    return name;
}

auto child::text_of(const char* stream) const -> std::string
{
    std::ostringstream text;
    text << std::ifstream(folder_ + "/" + stream).rdbuf();
    return text.str();
}

}  // namespace annals::tests
