// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/process_managers/due_commands.hpp>
#include <annals/sagas/process_managers/executor.hpp>

#include <pqxx/pqxx>

#include <optional>
#include <string>
#include <vector>

namespace annals::sagas {

/// Lets process managers answer refusals. An answer replaces the refused command in one transaction. For one thread.
class answering {
public:
    /// How many answers may follow each other: a refusal, the answer's refusal, and so on.
    static constexpr int answers_max = 10;

    answering(std::string model_dsn, std::vector<executed_manager> managers)
        : dsn_(std::move(model_dsn)), managers_(std::move(managers))
    {}

    /// Whether the refused command is dealt with. When not, its reason may say more afterwards. Throws what a lost
    /// session throws; then call it again.
    auto answer(carried& refused) -> bool;

private:
    auto replace(const carried&, const refusal_answer&) -> bool;

    std::string dsn_;
    std::vector<executed_manager> managers_;
    std::optional<pqxx::connection> models_;
};

}  // namespace annals::sagas
