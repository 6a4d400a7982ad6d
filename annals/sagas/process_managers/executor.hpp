// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/command.hpp>
#include <annals/sagas/process_managers/refusal_answers.hpp>

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace annals::sagas {

/// A process manager whose commands are carried out.
struct executed_manager {
    processors::processor_id id;
    refusal_answer answer = {};              ///< null: it answers no refusals
};

struct executor_settings {
    std::string model_dsn = {};              ///< the database of checkpoints and outgoing commands
    std::string process = "annals";          ///< the program's name, for people
    std::vector<executed_manager> managers = {};
    std::vector<commands::json_command> commands = {};  ///< those that can be carried out
    std::size_t threads = 16;                ///< commands that are carried out at the same time
};

/// Carries a command out in the log (`commands::handle`), with the idempotency key in the options. Called by several
/// threads.
using command_handler = std::function<std::expected<commands::accepted_together, commands::refusal>(
    const commands::command_for&, const eventstore::metadata&, const commands::handle_options&)>;

/// Carries out the commands that process managers have sent, and divides them with the other processes that do. Each
/// is carried out once in effect, however often processes end: it is tried until its row is deleted, and its
/// idempotency key is that of its cause. Those of one target come in their order; those of different targets do not
/// wait for each other. A refused command waits for an operator, unless its process manager answers; it delays no
/// others. What fails is tried again, after longer and longer pauses, and delays only its target. Deadlines are never
/// early by the clock of the database.
class executor {
public:
    executor(executor_settings, command_handler);
    ~executor();

    /// Works until asked to stop, and then finishes the commands that are under way.
    void run(std::stop_token);

private:
    class state;
    std::unique_ptr<state> state_;
};

}  // namespace annals::sagas
