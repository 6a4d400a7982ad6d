// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/answering.hpp>

#include <annals/processors/failure.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/sagas/process_managers/manager_states.hpp>
#include <annals/sagas/process_managers/outgoing_rows.hpp>

#include <algorithm>

namespace annals::sagas {
namespace {

constexpr auto delete_row = "delete from annals.outgoing_commands where id = $1 and refused_at is null";

auto as_refused(const carried& one) -> refused_command
{
    const auto& command = one.command;
    return {.name = command.command,
            .data = command.data,
            .rest = {.command = command.command,
                     .reason = one.reason,
                     .code = one.code,
                     .target = command.target,
                     .key = command.instance,
                     .deadline = command.deadline,
                     .at = eventstore::now()}};
}

auto cause_of(const due_command& command) -> cause
{
    return {.instance = command.instance,
            .event = command.caused_by,
            .idempotency_key = command.idempotency_key,
            .metadata = command.metadata,
            .answers = command.answers + 1};
}

}  // namespace

auto answering::answer(carried& refused) -> bool
{
    const auto sent_it = [&](const executed_manager& one) { return same_version(one.id, refused.command.of); };
    const auto manager = std::ranges::find_if(managers_, sent_it);
    if (manager == managers_.end() || !manager->answer) return false;
    if (refused.command.answers >= answers_max) {
        refused.reason += "; " + std::to_string(answers_max) + " answers in a row were refused";
        return false;
    }
    try {
        return replace(refused, manager->answer);
    } catch (const std::exception& problem) {
        if (!models_ || !models_->is_open() || !processors::blames_event(problem)) {
            models_.reset();
            throw;
        }
        refused.reason += "; the process manager cannot answer: " + processors::one_line(problem);
        return false;
    }
}

/// Nothing is left to do where the row is gone: an operator dropped it, or another process was faster.
auto answering::replace(const carried& refused, const refusal_answer& answer) -> bool
{
    const auto& command = refused.command;
    if (!models_) models_.emplace(processors::open_model_connection(dsn_, "outgoing"));
    pqxx::work tx(*models_);
    if (tx.exec(delete_row, pqxx::params{command.id}).affected_rows() == 0) return true;
    std::optional<std::string> state;
    for (auto& [key, stored] : manager_states(command.of).load(tx, {command.instance})) state = stored;
    const auto sent = answer(as_refused(refused), state);
    if (!sent) return false;
    outgoing_rows rows(command.of);
    rows.add(cause_of(command), *sent);
    rows.write(tx);
    tx.commit();
    return true;
}

}  // namespace annals::sagas
