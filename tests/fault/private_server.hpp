// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace annals::tests {

/// A PostgreSQL or a Kafka of this test's own, so that it can be killed without disturbing others: `./dev server`.
/// Removed with its data at the end. If the test is killed before, the next test that starts one removes it.
class private_server {
public:
    /// `which`: postgres or kafka. `name`: for another one of that kind in this test. `settings`: lines added to
    /// the broker's server.properties, in which {broker} and {controller} are its ports.
    explicit private_server(std::string which, const std::string& name = "", std::string settings = {});
    ~private_server();
    private_server(const private_server&) = delete;
    auto operator=(const private_server&) -> private_server& = delete;

    /// What `./dev server` knows it by.
    auto name() const -> const std::string& { return name_; }
    /// Its address: a variable that `./dev env` also has, e.g. PGPORT or ANNALS_KAFKA_BOOTSTRAP_SERVERS.
    auto at(const std::string& variable) const -> const std::string& { return environment_.at(variable); }

    void kill() const { ask("kill"); }       ///< SIGKILL to all its processes: the kernel's buffers are kept
    void start() const { ask("start"); }     ///< at the same address, with its data
    void pause() const { ask("pause"); }     ///< SIGSTOP to all its processes: connections stay, without answers
    void resume() const { ask("resume"); }
    void stop() const { ask("stop"); }       ///< in order; its data stays, for `start`
    auto pid() const -> int { return std::stoi(ask("pid")); }   ///< throws when it does not run

    /// At the end it is stopped, but not removed: for a person who looks at what went wrong.
    void keep();

private:
    auto ask(const std::string& verb) const -> std::string;

    std::string which_, settings_, name_;
    bool is_kept_ = false;
    std::map<std::string, std::string> environment_;
};

}  // namespace annals::tests
