// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/handle_all.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/sagas/process_managers/sent_commands.hpp>

#include <chrono>
#include <exception>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What a process manager sends: commands to aggregates, now or later. docs/guide/process-managers.md.
namespace annals::sagas {

/// A command to an aggregate, or the end of a deadline.
struct sending {
    eventstore::stream_id target = {};
    std::string command = {};                ///< its name; empty: the deadline is cancelled
    std::string data = {};                   ///< its fields, as JSON
    std::string deadline = {};               ///< the deadline's name; empty: sent at once
    std::optional<eventstore::timestamp> due_at = {};  ///< of a deadline

    auto operator==(const sending&) const -> bool = default;
};

/// What `react` returns: nothing, `{}`; something, `return send<sample>(…)`; or several, `return {send<sample>(…),
/// send<lab>(…)}`. Commands to one aggregate are carried out in this order.
class outgoing {
public:
    outgoing() = default;
    outgoing(std::initializer_list<outgoing> parts)
    {
        for (const auto& part : parts) *this += part;
    }
    explicit outgoing(sending one) : all_{std::move(one)} {}

    auto operator+=(outgoing more) -> outgoing&
    {
        for (auto& one : more.all_) all_.push_back(std::move(one));
        return *this;
    }

    auto all() const -> const std::vector<sending>& { return all_; }

private:
    std::vector<sending> all_;
};

namespace detail {

template <class Aggregate, class Command>
consteval auto is_sent() -> bool
{
    constexpr bool is_json = facts::described_struct<Command>;
    static_assert(is_json, "annals: a command that a process manager sends is stored as JSON until it is carried out: "
                           "write ANNALS_FIELDS below its struct");
    if constexpr (!is_json) return false;
    else return commands::detail::decides<Aggregate, Command>();
}

/// Throws `invalid_request` when the key breaks a rule of `limits.hpp`, or the command cannot be stored.
template <class Aggregate, class Command>
auto sending_of(std::string key, const Command& command) -> sending
{
    if constexpr (is_sent<Aggregate, Command>()) {
        [[maybe_unused]] const auto& noted = is_noted<Aggregate, Command>;
        eventstore::stream_id target{std::string(Aggregate::category), std::move(key)};
        eventstore::check_name(target);
        auto name = commands::name_of<Command>();
        auto data = eventstore::to_text(facts::encode(command), name);
        return {.target = std::move(target), .command = std::move(name), .data = std::move(data)};
    } else {
        std::terminate();
    }
}

/// Throws `invalid_request` for a deadline without a name.
auto with_deadline(sending, std::string name, std::optional<eventstore::timestamp> due_at) -> sending;

}  // namespace detail

/// Sends a command to the aggregate with this key.
template <class Aggregate, class Command>
auto send(std::string key, const Command& command) -> outgoing
{
    return outgoing(detail::sending_of<Aggregate>(std::move(key), command));
}

/// Sends a command at a time, or at once if that is past: a deadline. It replaces the one that the process manager has
/// under this name and the same key.
template <class Aggregate, class Command, class Duration>
auto send_at(std::chrono::sys_time<Duration> due_at, std::string name, std::string key, const Command& command)
    -> outgoing
{
    return outgoing(detail::with_deadline(detail::sending_of<Aggregate>(std::move(key), command), std::move(name),
                                          std::chrono::ceil<std::chrono::microseconds>(due_at)));
}

/// Cancels the deadline of this name; nothing if there is none. One that is due may be on its way already.
auto cancel_deadline(std::string name) -> outgoing;

/// What the process managers of tests and messages say of it: `validate_sample {"by":"ada"} to sample-S-1`.
auto to_string(const sending&) -> std::string;

}  // namespace annals::sagas
