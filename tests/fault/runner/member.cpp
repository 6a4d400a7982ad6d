// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/member.hpp>

#include <csignal>

namespace annals::fault_runs {

auto to_string(role does) -> const char*
{
    switch (does) {
        case role::appender: return "appender";
        case role::publisher: return "publisher";
        case role::worker: return "worker";
        case role::program: return "program";
        case role::builder: return "builder";
    }
    return "?";
}

member::member(role does, std::vector<std::string> command, const std::map<std::string, std::string>& environment)
    : does_(does), process_(std::move(command), environment)
{}

void member::stop()
{
    process_.signal(SIGSTOP);
    is_stopped_ = true;
}

void member::go_on()
{
    process_.signal(SIGCONT);
    is_stopped_ = false;
}

void member::kill_and_start_again()
{
    process_.restart();
    is_stopped_ = false;
    started_at_ = std::chrono::steady_clock::now();
}

}  // namespace annals::fault_runs
