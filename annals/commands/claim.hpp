// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/deciding.hpp>
#include <annals/commands/refusal.hpp>
#include <annals/commands/typed_state.hpp>
#include <annals/facts/event_type.hpp>

#include <optional>
#include <string>
#include <utility>

namespace annals::commands {

/// A key of another aggregate that a decision takes, or gives back: an event for that aggregate's stream, in the same
/// append. It is free while its stream does not exist, and again when the aggregate's `is_free()` says so. Without
/// that function it is taken for ever. docs/decisions/0035.
struct claim {
    const aggregate_type* type = nullptr;
    eventstore::stream_id stream = {};
    eventstore::new_event event = {};
    std::optional<refusal> otherwise = {};   ///< the answer when it is not free; nothing: it is given back
};

template <class Claimed, class Fact>
auto claim_of(std::string key, const Fact& fact, std::optional<refusal> otherwise) -> claim
{
    return {.type = &aggregate_type_of<Claimed>(),
            .stream = {std::string(Claimed::category), std::move(key)},
            .event = facts::to_new_event(fact),
            .otherwise = std::move(otherwise)};
}

}  // namespace annals::commands
