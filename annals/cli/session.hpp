// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/app/context.hpp>
#include <annals/app/exit_code.hpp>
#include <annals/app/failure.hpp>
#include <annals/cli/own_verb.hpp>
#include <annals/cli/terminal/terminal.hpp>

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace annals::cli {

using app::exit_code;
using app::failure;

/// What a verb works with: the program's context and the terminal. One per run of a program.
class session : public app::context {
public:
    session(std::string program, app::program_types types, std::vector<own_verb> verbs)
        : context(std::move(program), std::move(types)), own_verbs_(std::move(verbs))
    {}

    /// What its author added to annals' verbs.
    auto own_verbs() const -> const std::vector<own_verb>& { return own_verbs_; }
    auto terminal() const -> const cli::terminal& { return terminal_; }

    /// Runs `work` when the command line names this verb: after the whole line was parsed and the configuration was
    /// read. An exception from it becomes one message (`annals/app/failure.hpp`).
    void runs(CLI::App& verb, std::function<exit_code()> work);

    void configure(app::configuration, cli::terminal::settings);
    auto chosen() const -> const std::function<exit_code()>& { return chosen_; }

private:
    std::vector<own_verb> own_verbs_;
    cli::terminal terminal_;
    std::function<exit_code()> chosen_;
};

}  // namespace annals::cli
