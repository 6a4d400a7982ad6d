// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/handle.hpp>
#include <annals/sagas/orchestrator/participant.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace annals::sagas {

/// What an action that is a command sends: the aggregate's key, and the command.
template <class Command>
struct to {
    std::string key;
    Command command;
};

/// A service whose actions are functions of this program.
///
///     auto sample = std::make_shared<sagas::local_participant>("sample");
///     sample->on("validate_sample", [](const sagas::request& asked) { …; return sagas::done(); });
///     sample->on_command<sample>("reject", service, [](const sagas::request& asked) {
///         return sagas::to{asked.context.at("sample_id"), reject_sample{.reason = "…"}}; });
///
/// A function may run again for an attempt that was cut off, so what it does must be the same when it is done twice:
/// `request::idempotency_key` tells. When it throws, nobody knows what was done (`in_doubt`). Attempts of one step, and
/// its undoing, run one after the other; others at the same time, on as many threads as there are. One whose deadline
/// is over is not begun.
class local_participant final : public participant {
public:
    using action = std::function<outcome(const request&)>;

    explicit local_participant(std::string service, std::size_t threads = 8);
    ~local_participant() override;

    /// Actions are named before it is asked. Throws `invalid_request` when there is one of that name.
    auto on(std::string name, action) -> local_participant&;

    /// An action that is a command of an aggregate: carried out once, however often it is asked for. A refusal is a
    /// failure for good. `Owner`: an `annals::service`, or what has its `handle`; must outlive it.
    template <class Aggregate, class Owner, class Make>
    auto on_command(std::string name, Owner& owner, Make make) -> local_participant&
    {
        return on(std::move(name), [&owner, make = std::move(make)](const request& asked) -> outcome {
            auto [key, command] = make(asked);
            const auto answer = owner.template handle<Aggregate>(
                std::move(key), command, {.user_id = "saga " + asked.saga_type, .correlation_id = asked.saga_id},
                commands::handle_options{.idempotency_key = asked.saga_type + "/" + asked.idempotency_key});
            return answer ? done() : failed(answer.error().reason);
        });
    }

    auto service() const -> std::string override { return service_; }
    auto knows(const std::string& name) const -> bool override { return actions_.contains(name); }
    void ask(request, std::function<void(outcome)> answer) override;

private:
    class threads;

    std::string service_;
    std::map<std::string, action> actions_;
    std::unique_ptr<threads> threads_;
};

}  // namespace annals::sagas
