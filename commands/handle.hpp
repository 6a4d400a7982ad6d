// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <commands/execution.hpp>
#include <eventstore/facts.hpp>

#include <exception>
#include <string>

namespace annals::commands {

namespace detail {

template <class Aggregate, class Command>
class typed_decider final : public decider {
public:
    explicit typed_decider(const Command& command) : command_(command) {}

    /// What the aggregate does not name among its events does not change it.
    void evolve(const eventstore::recorded_event& stored) override
    {
        eventstore::for_each_fact<typename Aggregate::event>(stored, [this](const auto& fact) { state_.evolve(fact); });
    }

    auto decide() const -> stored_decision override
    {
        return stored(decision<typename Aggregate::event>(state_.decide(command_)));
    }

private:
    Aggregate state_{};
    const Command& command_;
};

}  // namespace detail

/// Carries out a command on the aggregate with this key: a refusal is a value, broken infrastructure throws.
/// All that is decided is recorded in one append, the claims included. Thread-safe as the store is.
template <class Aggregate, class Command>
auto handle(eventstore::store& store, std::string key, const Command& command, const eventstore::metadata& origin = {},
            const handle_options& options = {}) -> std::expected<accepted, refusal>
{
    if constexpr (detail::decides<Aggregate, Command>()) {
        detail::typed_decider<Aggregate, Command> aggregate{command};
        return execute(store, {std::string(Aggregate::category), std::move(key)}, aggregate, origin, options);
    } else {
        std::terminate();
    }
}

}  // namespace annals::commands
