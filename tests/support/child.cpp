// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace annals::tests {
namespace {

using clock = std::chrono::steady_clock;
constexpr auto look_every = std::chrono::milliseconds(10);

void open_as(int descriptor, const std::string& path, int flags)
{
    const int file = ::open(path.c_str(), flags, 0600);
    ::dup2(file, descriptor);
    ::close(file);
}

[[noreturn]] void become(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment,
                         const std::string& folder)
{
    for (const auto& [name, value] : environment) {
        if (value.empty()) ::unsetenv(name.c_str());
        else ::setenv(name.c_str(), value.c_str(), 1);
    }
    open_as(STDIN_FILENO, folder + "/in", O_RDONLY);
    open_as(STDOUT_FILENO, folder + "/out", O_WRONLY | O_CREAT);
    open_as(STDERR_FILENO, folder + "/err", O_WRONLY | O_CREAT);
    std::vector<char*> words;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execv(words.front(), words.data());
    ::_exit(127);
}

}  // namespace

child::child(std::vector<std::string> command, const std::map<std::string, std::string>& environment,
             const std::string& input)
    : folder_((std::filesystem::temp_directory_path() / "annals-child-XXXXXX").string())
{
    if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
    std::ofstream(folder_ + "/in") << input;
    pid_ = ::fork();
    if (pid_ == 0) become(command, environment, folder_);
}

child::~child()
{
    if (!has_ended()) {
        signal(SIGKILL);
        ::waitpid(pid_, &status_, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void child::signal(int number) const { ::kill(pid_, number); }

auto child::has_ended() -> bool
{
    ended_ = ended_ || ::waitpid(pid_, &status_, WNOHANG) == pid_;
    return ended_;
}

auto child::text_of(const char* name) const -> std::string
{
    std::ostringstream text;
    text << std::ifstream(folder_ + "/" + name).rdbuf();
    return text.str();
}

auto child::wait(std::chrono::seconds limit) -> outcome
{
    const auto deadline = clock::now() + limit;
    while (!has_ended()) {
        if (clock::now() > deadline) throw std::runtime_error("the program still runs; it wrote: " + text_of("err"));
        std::this_thread::sleep_for(look_every);
    }
    return {WIFEXITED(status_) ? WEXITSTATUS(status_) : -1, text_of("out"), text_of("err")};
}

void child::wait_for_words(const std::string& words, std::chrono::seconds limit) { wait_for("err", words, limit); }

void child::wait_for_data(const std::string& words, std::chrono::seconds limit) { wait_for("out", words, limit); }

void child::wait_for(const char* name, const std::string& words, std::chrono::seconds limit)
{
    const auto deadline = clock::now() + limit;
    while (text_of(name).find(words) == std::string::npos) {
        if (has_ended() || clock::now() > deadline)
            throw std::runtime_error("no \"" + words + "\" in: " + text_of(name) + text_of("err"));
        std::this_thread::sleep_for(look_every);
    }
}

}  // namespace annals::tests
