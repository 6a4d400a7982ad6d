// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/private_server.hpp>

#include <tests/support/child.hpp>

#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace annals::tests {

private_server::private_server(std::string which, const std::string& name, std::string settings)
    : which_(std::move(which)), settings_(std::move(settings)), name_("fault-" + std::to_string(::getpid()) + name)
{
    std::istringstream words(ask("start"));
    for (std::string word; words >> word;)
        if (const auto equals = word.find('='); equals != std::string::npos)
            environment_[word.substr(0, equals)] = word.substr(equals + 1);
}

private_server::~private_server()
{
    try {
        ask(is_kept_ ? "stop" : "remove");
    } catch (const std::exception&) {
        // ./dev has said why; `./dev down` stops what is left.
    }
}

void private_server::keep()
{
    ask("keep");
    is_kept_ = true;
}

auto private_server::ask(const std::string& verb) const -> std::string
{
    const auto* const dev = std::getenv("ANNALS_DEV");
    if (!dev) throw std::runtime_error("ANNALS_DEV is not set: run ./dev test fault");
    child asked({dev, "server", verb, which_, name_},
                {{"ANNALS_DEV_KAFKA_PROPERTIES", settings_}, {"ANNALS_DEV_OWNER", std::to_string(::getpid())}});
    const auto answer = asked.wait(std::chrono::minutes{2});
    if (answer.exit_code != 0) throw std::runtime_error(asked.name() + " failed:\n" + asked.output());
    return answer.out;
}

}  // namespace annals::tests
