// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/execution.hpp>
#include <annals/commands/typed_state.hpp>
#include <annals/facts/encode.hpp>

#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace annals::commands {

namespace detail {

/// `Held` is the command, or a reference to it.
template <class Aggregate, class Command, class Held = const Command&>
class typed_command final : public erased_command {
public:
    explicit typed_command(Held command) : command_(std::forward<Held>(command)) {}

    auto type() const -> const aggregate_type& override { return aggregate_type_of<Aggregate>(); }

    auto decide(const state& now, const context& at) const -> stored_decision override
    {
        return stored(detail::decide(state_in<Aggregate>(now), command_, at));
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
    Held command_;
};

/// The answer to a command for one aggregate.
auto alone(std::expected<accepted_together, refusal>) -> std::expected<accepted, refusal>;

}  // namespace detail

/// Carries out a command on the aggregate with this key: a refusal is a value, broken infrastructure throws. The
/// whole decision is recorded in one append, including its claims. As thread-safe as the store. With a cache or
/// snapshots in the options the answer is the same, but sooner. For several aggregates at once: `handle_all.hpp`.
template <class Aggregate, class Command>
[[nodiscard]] auto handle(eventstore::store& store, std::string key, const Command& command,
                          const eventstore::metadata& origin = {}, const handle_options& options = {})
    -> std::expected<accepted, refusal>
{
    if constexpr (detail::decides<Aggregate, Command>()) {
        const detail::typed_command<Aggregate, Command> erased{command};
        const command_for one{{std::string(Aggregate::category), std::move(key)},
                              {std::shared_ptr<const erased_command>{}, &erased}};
        return detail::alone(execute(store, {&one, 1}, origin, options));
    } else {
        std::terminate();
    }
}

}  // namespace annals::commands
