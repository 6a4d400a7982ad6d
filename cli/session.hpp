// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/configuration.hpp>
#include <cli/exit_code.hpp>
#include <cli/known_types.hpp>
#include <cli/terminal.hpp>
#include <eventstore/store.hpp>

#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace annals::cli {

/// What a verb works with: the configuration, the store, the terminal. One per run of a program.
class session {
public:
    session(std::string program, known_types types) : program_(std::move(program)), types_(std::move(types)) {}

    /// The name under which the program runs and its processes are known.
    auto program() const -> const std::string& { return program_; }
    /// What its author named.
    auto types() const -> const known_types& { return types_; }
    auto configuration() const -> const cli::configuration& { return configuration_; }
    auto terminal() const -> const cli::terminal& { return terminal_; }

    /// The log, opened on first use. Throws `unavailable` when PostgreSQL cannot be reached.
    auto store() -> eventstore::store&;
    /// The same for a caller that is about to append. Throws `failure` immediately when the database refuses writes.
    auto store_to_append() -> eventstore::store&;

    /// Runs `work` when the command line names this verb: after the whole line was parsed and the configuration was
    /// read. An exception from it becomes one message (`failure.hpp`).
    void runs(CLI::App& verb, std::function<exit_code()> work);

    void configure(cli::configuration, cli::terminal::settings);
    auto chosen() const -> const std::function<exit_code()>& { return chosen_; }

private:
    std::string program_;
    known_types types_;
    cli::configuration configuration_;
    cli::terminal terminal_;
    std::function<exit_code()> chosen_;
    std::unique_ptr<eventstore::store> store_;
};

}  // namespace annals::cli
