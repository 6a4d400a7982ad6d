// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/outgoing.hpp>

#include <annals/eventstore/errors.hpp>

namespace annals::sagas {

auto detail::with_deadline(sending one, std::string name, std::optional<eventstore::timestamp> due_at) -> sending
{
    if (name.empty())
        throw eventstore::invalid_request(
            "a deadline has no name: give it one that is unique among the deadlines of its process manager");
    one.deadline = std::move(name);
    one.due_at = due_at;
    return one;
}

auto cancel_deadline(std::string name) -> outgoing { return outgoing(detail::with_deadline({}, std::move(name), {})); }

auto to_string(const sending& one) -> std::string
{
    if (one.command.empty()) return "the deadline \"" + one.deadline + "\" is cancelled";
    auto text = one.command + " " + one.data + " to " + eventstore::to_string(one.target);
    if (one.due_at) text += " at " + eventstore::to_string(*one.due_at) + ", deadline \"" + one.deadline + "\"";
    return text;
}

}  // namespace annals::sagas
