// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/execution.hpp>
#include <annals/commands/typed_state.hpp>
#include <annals/facts/encode.hpp>

#include <exception>
#include <string>
#include <type_traits>

namespace annals::commands {

namespace detail {

template <class Aggregate, class Command>
class typed_command final : public erased_command {
public:
    explicit typed_command(const Command& command) : command_(command) {}

    auto type() const -> const aggregate_type& override { return aggregate_type_of<Aggregate>(); }

    auto decide(const state& now) const -> stored_decision override
    {
        const auto& aggregate = static_cast<const typed_state<Aggregate>&>(now).value;
        return stored(decision<typename Aggregate::event>(aggregate.decide(command_)));
    }

    auto described() const -> std::string override
    {
        const auto name = short_name<Command>();
        if constexpr (facts::described_struct<Command>)
            return name + " " + eventstore::to_text(facts::encode(command_), name);
        else if constexpr (std::is_empty_v<Command>) return name;
        else
            throw eventstore::invalid_request("the command " + name
                                              + " cannot be compared with others, so it cannot have an idempotency "
                                                "key: write ANNALS_FIELDS below its struct");
    }

private:
    const Command& command_;
};

}  // namespace detail

/// Carries out a command on the aggregate with this key: a refusal is a value, broken infrastructure throws. The
/// whole decision is recorded in one append, including its claims. As thread-safe as the store. With a cache or
/// snapshots in the options the answer is the same, but sooner.
template <class Aggregate, class Command>
[[nodiscard]] auto handle(eventstore::store& store, std::string key, const Command& command,
                          const eventstore::metadata& origin = {}, const handle_options& options = {})
    -> std::expected<accepted, refusal>
{
    if constexpr (detail::decides<Aggregate, Command>()) {
        const detail::typed_command<Aggregate, Command> erased{command};
        return execute(store, {std::string(Aggregate::category), std::move(key)}, erased, origin, options);
    } else {
        std::terminate();
    }
}

}  // namespace annals::commands
