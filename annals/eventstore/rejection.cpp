// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/rejection.hpp>

namespace annals::eventstore {
namespace {

auto describe(const conflict& found) -> std::string
{
    std::string text = "conflict: ";
    for (const auto& check : found.failed) {
        if (&check != &found.failed.front()) text += "; ";
        text += to_string(check.stream) + " is at version " + std::to_string(check.actual.number) + ", expected "
                + to_string(check.expected);
    }
    return text;
}

auto describe(const event_id_reused& found) -> std::string
{
    return "event id " + to_string(found.id) + " was used in " + to_string(found.stream)
           + " already, and this differs: " + found.differs + "; a new event needs a new id";
}

auto describe(const idempotency_key_reused& found) -> std::string
{
    return "the idempotency key \"" + found.key + "\" was used for another request already: " + to_string(found.stream)
           + " version " + std::to_string(found.version.number) + "; a new request needs a new key";
}

}  // namespace

auto to_string(const rejection& why) -> std::string
{
    return std::visit([](const auto& found) { return describe(found); }, why);
}

}  // namespace annals::eventstore
